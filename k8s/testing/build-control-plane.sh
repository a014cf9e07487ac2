#!/usr/bin/env bash
# build-control-plane.sh [WORK]: etcd 3.4 and kube-apiserver, kube-controller-manager and kube-scheduler 1.20.2 with their
# kubectl, from the packages of Debian bookworm alone, to where the tests of the profile "control-plane" look for them:
# $XDG_CACHE_HOME/berth/control-plane/1.20.2. Does nothing where they are there already, or where KUBEBUILDER_ASSETS names
# others. Five to seven minutes on two cores and 2 GB of work space, which goes afterwards unless WORK names it.
#
# Needs Debian, apt-get and root (apt refuses to work without), and changes nothing of the system: apt gets folders of its own.
set -euo pipefail
. "$(dirname "$0")/apt-folders.sh"

kubernetes=1.20.2
programs=(etcd kube-apiserver kube-controller-manager kube-scheduler)

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  echo "KUBEBUILDER_ASSETS names a control plane: $KUBEBUILDER_ASSETS"
  exit 0
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth/control-plane
target=$cache/$kubernetes
has() {
  local program
  for program in "$@"; do
    [ -x "$target/$program" ] || return 1
  done
}
mkdir -p "$cache"
# Builds that start at the same time wait for the first.
exec 9>"$cache/lock"
flock 9
if has "${programs[@]}" kubectl; then
  exit 0
fi
for tool in apt-get dpkg tar xargs; do
  if ! command -v "$tool" >/dev/null; then
    echo "There is no $tool: build on Debian, or set KUBEBUILDER_ASSETS to a folder with ${programs[*]} kubectl." >&2
    exit 1
  fi
done

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  work=$(cd "$1" && pwd)
else
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fi
say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
say "working in $work"

# 1. Packages.
apt_folders "$work" bookworm deb deb-src
mkdir -p "$work/packages" "$work/root"
(
  export APT_CONFIG=$work/apt/apt.conf
  apt-get -qq update
  cd "$work/packages"
  apt-get -qq download kubernetes-client
  if ! has "${programs[@]}"; then
    apt-get -qq download golang-1.19-go golang-1.19-src etcd-server golang-github-modern-go-reflect2-dev
    apt-get -qq source --download-only kubernetes
  fi
)
say "downloaded"

for package in "$work"/packages/*.deb; do
  dpkg -x "$package" "$work/root"
done
if has "${programs[@]}"; then
  # Built before kubectl was asked for.
  cp "$work/root/usr/bin/kubectl" "$target/kubectl.new"
  mv "$target/kubectl.new" "$target/kubectl"
  say "done: $target/kubectl"
  exit 0
fi
source=$work/gopath/src/k8s.io/kubernetes
mkdir -p "$source"
tar xzf "$work"/packages/kubernetes_*.orig.tar.gz -C "$source" --strip-components=1
# The vendored reflect2 1.0.1 crashes when built by Go 1.18 or newer (every POST panics); Debian's 1.0.2 does not.
rm -rf "$source/vendor/github.com/modern-go/reflect2"
cp -r "$work/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go/"
say "unpacked"

# 2. Built as it was then, in GOPATH mode, with what the source package vendors.
export GOROOT=$work/root/usr/lib/go-1.19 GOPATH=$work/gopath GO111MODULE=off GOPROXY=off GOFLAGS= CGO_ENABLED=0
export GOCACHE=$work/gocache GOTMPDIR=$work/tmp HOME=$work/home PATH=$work/root/usr/lib/go-1.19/bin:$PATH
mkdir -p "$GOTMPDIR" "$HOME"
cd "$source"
# The one generated file that the source package lacks.
go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
inputs=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd staging/src/k8s.io |
  grep -v -E '_test\.go$|zz_generated|k8s.io/(code-generator|sample-apiserver|sample-controller)/' |
  xargs -n1 dirname | sort -u |
  sed -e 's#^staging/src/#k8s.io/kubernetes/vendor/#' -e 's#^\(pkg\|cmd\)/#k8s.io/kubernetes/\1/#' | paste -sd,)
"$work/openapi-gen" --logtostderr -i "$inputs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
  -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations.txt"
say "generated what the sources lack"

flags="-s -w"
for package in component-base/version client-go/pkg/version; do
  path=k8s.io/kubernetes/vendor/k8s.io/$package
  flags="$flags -X $path.gitVersion=v$kubernetes -X $path.gitMajor=1 -X $path.gitMinor=20 -X $path.gitTreeState=archive"
  flags="$flags -X $path.gitCommit=debian -X $path.buildDate=2021-01-13T00:00:00Z"
done
mkdir -p "$work/built"
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  go build -trimpath -ldflags "$flags" -o "$work/built/" "./cmd/$program"
  say "built $program"
done
cp "$work/root/usr/bin/etcd" "$work/root/usr/bin/kubectl" "$work/built/"

# 3. All at once, so that a build which is cut short leaves nothing that looks finished.
rm -rf "$target" "$target.new"
cp -r "$work/built" "$target.new"
mv "$target.new" "$target"
say "done: $target"
