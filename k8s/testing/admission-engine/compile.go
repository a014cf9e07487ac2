package validating

// Compile is what the API server makes of a policy once it is stored. This file is built into the engine's own package, which keeps
// that to itself.
func Compile(policy *Policy) Validator { return compilePolicy(policy) }
