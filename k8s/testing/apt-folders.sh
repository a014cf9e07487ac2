# Sourced by what builds from Debian's packages.

# apt_folders WORK RELEASE TYPE...: an apt that has folders of its own under WORK and one release alone, also where the system has
# others beside it: whoever exports APT_CONFIG=WORK/apt/apt.conf has it. TYPE is deb or deb-src. Fails where apt knows no mirror.
apt_folders() {
  local apt=$1/apt release=$2 mirror type
  shift 2
  mirror=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' 'Label: Debian' 'Component: main' | head -n 1)
  if [ -z "$mirror" ]; then
    echo "apt knows no mirror of Debian." >&2
    return 1
  fi
  mkdir -p "$apt/etc/parts" "$apt/state/lists/partial" "$apt/cache/archives/partial"
  touch "$apt/state/status"
  for type in "$@"; do
    echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main"
  done >"$apt/etc/sources.list"
  cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "$apt/etc/parts";
Dir::Etc::preferencesparts "$apt/etc/parts";
Dir::State "$apt/state";
Dir::State::status "$apt/state/status";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
END
}
