process.stdout.write("windlass\n");
