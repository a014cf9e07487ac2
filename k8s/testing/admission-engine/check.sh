#!/usr/bin/env bash
# check.sh [WORK]: has Kubernetes' own policy engine (the package validating of k8s.io/apiserver) evaluate what the tests of
# ../../provider/berth-admission.yaml ask of a library that is not Kubernetes', and fails where the answers differ. For whoever
# changes a policy: CI does not run it.
#
# Needs Debian, apt-get and root. The engine is whichever version Debian sid has, as source packages of Go (330 MB to fetch, ten
# minutes to build on two cores, 5 GB of work space, which go afterwards unless WORK names the folder). Changes nothing of the
# system: apt gets folders of its own.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. k8s/testing/apt-folders.sh

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  work=$(cd "$1" && pwd)
else
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fi

# 1. What the tests ask, and what they are answered.
rm -f "$work/writes"
./mvnw -q -B -ntp test -Dtest='AdmissionPoliciesTest,LeasePodPolicyTest,LeaseObjectPolicyTest,BerthAccountPolicyTest' \
  -Dberth.admission.writes="$work/writes"

# 2. The engine.
sources=k8s/testing/admission-engine
if [ ! -x "$work/check" ] || [ "$sources/main.go" -nt "$work/check" ] || [ "$sources/compile.go" -nt "$work/check" ]; then
  apt_folders "$work" sid deb
  mkdir -p "$work/packages" "$work/root"
  (
    export APT_CONFIG=$work/apt/apt.conf
    apt-get -qq update
    cd "$work/packages"
    # What Go packages need besides Go packages is for their own tests and tools.
    apt-get install --no-install-recommends --print-uris -y -qq golang-k8s-apiserver-dev golang-go |
      awk '$2 ~ /^golang/ {sub("_.*", "", $2); print $2}' | sort -u | xargs apt-get -qq download
  )
  for package in "$work"/packages/*.deb; do
    dpkg -x "$package" "$work/root"
  done
  GOROOT=$(find "$work/root/usr/lib" -maxdepth 1 -name 'go-*')
  export GOROOT GOPATH=$work/root/usr/share/gocode GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOFLAGS=
  export GOCACHE=$work/gocache HOME=$work/home
  cp $sources/compile.go "$GOPATH/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/"
  mkdir -p "$GOPATH/src/berth.io/check" "$HOME"
  cp $sources/main.go "$GOPATH/src/berth.io/check/"
  basename "$work"/packages/golang-k8s-apiserver-dev_*.deb | cut -d_ -f2 | sed 's/.*/The engine of k8s.io\/apiserver &:/' >"$work/version"
  "$GOROOT/bin/go" build -o "$work/check" berth.io/check
fi

# 3. The same of it.
cat "$work/version"
"$work/check" k8s/provider/berth-admission.yaml "$work/writes"
