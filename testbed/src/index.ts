export const testbed = "";
