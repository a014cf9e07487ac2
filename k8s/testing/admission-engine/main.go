// Evaluates the provider's admission policies over the writes of the tests by Kubernetes' own engine, and compares its answers with
// those that the tests had of theirs. Which policies a write concerns is found here, as in the tests, and a validation is told by
// its message; conditions, variables and validations are the engine's to evaluate, within its budgets.
//
//	check POLICIES.yaml WRITES.jsonl
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/client-go/kubernetes/scheme"
)

// write is a line of WRITES.jsonl.
type write struct {
	Operation string
	Group     string
	// With its subresource behind a slash
	Resource string
	// Empty where there is none
	Namespace string
	User      string
	Groups    []string
	Object    json.RawMessage
	OldObject json.RawMessage
	// The request's, as JSON
	Options *string
	// What the tests' evaluation says against it
	Refusals []string
}

type policy struct {
	*admissionregistration.ValidatingAdmissionPolicy
	engine validating.Validator
}

func main() {
	if len(os.Args) != 3 {
		fail(errors.New("usage: check POLICIES.yaml WRITES.jsonl"))
	}
	policies, err := read(os.Args[1])
	if err != nil {
		fail(err)
	}
	file, err := os.Open(os.Args[2])
	if err != nil {
		fail(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<26)
	count, refused, different := 0, 0, 0
	for lines.Scan() {
		var one write
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			fail(err)
		}
		refusals, err := one.refusals(policies)
		if err != nil {
			fail(err)
		}
		slices.Sort(one.Refusals)
		slices.Sort(refusals)
		count++
		if len(refusals) > 0 {
			refused++
		}
		if !slices.Equal(one.Refusals, refusals) {
			different++
			fmt.Printf("%s %s by %s\n  the tests: %q\n  the engine: %q\n", one.Operation, one.Resource, one.User, one.Refusals, refusals)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
	fmt.Printf("%d policies, %d writes, of which %d are refused; %d answers differ\n", len(policies), count, refused, different)
	if count == 0 || different > 0 {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// read compiles the policies of a manifest.
func read(path string) ([]policy, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var policies []policy
	for documents := yaml.NewYAMLReader(bufio.NewReader(file)); ; {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return policies, nil
		}
		if err != nil {
			return nil, err
		}
		object := &admissionregistration.ValidatingAdmissionPolicy{}
		if !bytes.Contains(document, []byte("kind: ValidatingAdmissionPolicy\n")) {
			continue
		}
		if err := yaml.UnmarshalStrict(document, object); err != nil {
			return nil, err
		}
		engine := validating.Compile(object)
		if err := engine.CompileError(); err != nil {
			return nil, fmt.Errorf("%s: %w", object.Name, err)
		}
		policies = append(policies, policy{object, engine})
	}
}

// decode reads an object as the API server has it in memory, which is what expressions are evaluated over.
func decode(raw json.RawMessage) (runtime.Object, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if raw[0] == '"' {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
		raw = []byte(text)
	}
	if object, _, err := scheme.Codecs.UniversalDeserializer().Decode(raw, nil, nil); err == nil {
		return object, nil
	}
	// Such as the object of a subresource without a kind
	object := &unstructured.Unstructured{}
	return object, json.Unmarshal(raw, &object.Object)
}

func (w *write) options() (runtime.Object, error) {
	switch admission.Operation(w.Operation) {
	case admission.Create:
		return &meta.CreateOptions{}, nil
	case admission.Update:
		return &meta.UpdateOptions{}, nil
	case admission.Delete:
		options := &meta.DeleteOptions{}
		if w.Options == nil {
			return options, nil
		}
		return options, json.Unmarshal([]byte(*w.Options), options)
	default:
		return nil, nil
	}
}

// refusals are the messages of the validations that do not let the write through.
func (w *write) refusals(policies []policy) ([]string, error) {
	object, err := decode(w.Object)
	if err != nil {
		return nil, err
	}
	before, err := decode(w.OldObject)
	if err != nil {
		return nil, err
	}
	options, err := w.options()
	if err != nil {
		return nil, err
	}
	resource, subresource, _ := strings.Cut(w.Resource, "/")
	what := schema.GroupVersionResource{Group: w.Group, Version: "v1", Resource: resource}
	var kind schema.GroupVersionKind
	for _, known := range []runtime.Object{object, before} {
		if known != nil && kind.Empty() {
			kind = known.GetObjectKind().GroupVersionKind()
		}
	}
	attributes := &admission.VersionedAttributes{
		Attributes: admission.NewAttributesRecord(object, before, kind, w.Namespace, "", what, subresource,
			admission.Operation(w.Operation), options, false, &user.DefaultInfo{Name: w.User, Groups: w.Groups}),
		VersionedKind:      kind,
		VersionedObject:    object,
		VersionedOldObject: before,
	}
	var namespace *core.Namespace
	if w.Namespace != "" {
		namespace = &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: w.Namespace}}
	}
	refusals := []string{}
	for _, one := range policies {
		if !slices.ContainsFunc(one.Spec.MatchConstraints.ResourceRules, w.matches) {
			continue
		}
		result := one.engine.Validate(context.Background(), what, attributes, nil, namespace, celconfig.RuntimeCELCostBudget, nil)
		for number, decision := range result.Decisions {
			switch {
			case decision.Action != validating.ActionDeny:
			case decision.Evaluation == validating.EvalError || number >= len(one.Spec.Validations):
				refusals = append(refusals, "error: "+decision.Message)
			default:
				refusals = append(refusals, one.Spec.Validations[number].Message)
			}
		}
	}
	return refusals, nil
}

func (w *write) matches(rule admissionregistration.NamedRuleWithOperations) bool {
	scope := admissionregistration.NamespacedScope
	if w.Namespace == "" {
		scope = admissionregistration.ClusterScope
	}
	return slices.Contains(rule.Operations, admissionregistration.OperationType(w.Operation)) &&
		(slices.Contains(rule.APIGroups, "*") || slices.Contains(rule.APIGroups, w.Group)) &&
		(slices.Contains(rule.Resources, "*/*") || slices.Contains(rule.Resources, w.Resource)) &&
		*rule.Scope == scope
}
