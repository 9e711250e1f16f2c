package main

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/ref"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

type celParams struct {
	// Expressions are evaluated each on its own: one that fails leaves the others their values.
	Expressions []string       `json:"expressions"`
	Variables   map[string]any `json:"variables"`
}

// celOutcome holds a value or the reason why there is none.
type celOutcome struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

// evalCel evaluates expressions with the libraries and cost limits that the API server has for stored expressions. Variables are dynamic.
func evalCel(ctx context.Context, p celParams) ([]celOutcome, error) {
	outcomes := make([]celOutcome, len(p.Expressions))
	for i, expression := range p.Expressions {
		program, err := compileCel(expression, slices.Sorted(maps.Keys(p.Variables)))
		if err != nil {
			outcomes[i].Error = err.Error()
			continue
		}
		value, _, err := program.ContextEval(ctx, p.Variables)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			outcomes[i].Value, err = celToJSON(value)
		}
		if err != nil {
			outcomes[i].Error = err.Error()
		}
	}
	return outcomes, nil
}

func celToJSON(value ref.Val) (json.RawMessage, error) {
	native, err := value.ConvertToNative(reflect.TypeFor[*structpb.Value]())
	if err != nil {
		return nil, err
	}
	return native.(*structpb.Value).MarshalJSON()
}

const maxCompiled = 2000

var (
	celEnvironments = map[string]*cel.Env{}
	celPrograms     = map[string]cel.Program{}
)

func compileCel(expression string, variables []string) (cel.Program, error) {
	names := strings.Join(variables, "\x00")
	key := names + "\x01" + expression
	if program, compiled := celPrograms[key]; compiled {
		return program, nil
	}
	env, err := celEnvironment(names, variables)
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	program, err := env.Program(ast, cel.CostLimit(celconfig.PerCallLimit), cel.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		return nil, err
	}
	if len(celPrograms) >= maxCompiled {
		clear(celPrograms)
	}
	celPrograms[key] = program
	return program, nil
}

func celEnvironment(names string, variables []string) (*cel.Env, error) {
	if env, known := celEnvironments[names]; known {
		return env, nil
	}
	options := make([]cel.EnvOption, 0, len(variables))
	for _, name := range variables {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(
		environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: options})
	if err != nil {
		return nil, err
	}
	if len(celEnvironments) >= maxCompiled/10 {
		clear(celEnvironments)
	}
	celEnvironments[names] = set.StoredExpressionsEnv()
	return set.StoredExpressionsEnv(), nil
}
