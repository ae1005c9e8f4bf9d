# For ./run, ./test, ./bench and the sandbox to source: what a machine needs before Berth can be built on it.

# Which distribution package has which program or file.
berth_packages=(
  "mvn maven"
  "gcc gcc"
  "make make"
  "protoc-c protobuf-c-compiler"
  "ip iproute2"
  "nft nftables"
  "/usr/include/protobuf-c/protobuf-c.h libprotobuf-c-dev"
  "/usr/include/stdio.h libc6-dev"
  "libseccomp.so.2 libseccomp2"
  "libnftables.so.1 libnftables1"
  "libisal.so.2 libisal2"
)

# What the virtual machine of the tests is made with (on x86-64).
berth_vm_packages=(
  "qemu-system-x86_64 qemu-system-x86"
  "cpio cpio"
  "depmod kmod"
  "xz xz-utils"
  "mkfs.ext4 e2fsprogs"
  "setpriv util-linux"
  "secilc secilc"
)

# What ./test can do without, skipping what needs it: looks at processes, fuzzers, the virtual machine.
berth_test_packages=(
  "ps procps"
  "mkfs.ext4 e2fsprogs"
  "mkfs.btrfs btrfs-progs"
  "mkfs.xfs xfsprogs"
  "clang clang"
  "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-* libclang-rt-dev"
  "${berth_vm_packages[@]}"
)

# Where the cgroup v2 hierarchy is mounted; fails where it is not. The kernel lists mounts that others hide, too: in a
# sandbox within a sandbox, those of the machine around it.
berth_cgroups() {
  local mount
  for mount in $(awk '{ for (i = 7; i < NF; i++) if ($i == "-") { if ($(i + 1) == "cgroup2") print $5; next } }' /proc/self/mountinfo); do
    if [ "$(stat -f -c %T "$mount" 2>/dev/null)" = cgroup2fs ]; then
      echo "$mount"
      return
    fi
  done
  return 1
}

# Whether a program is on the PATH, a file (or one of a pattern) is there, or a shared library is known.
berth_has() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    # Not by grep -q: it closes the pipe at the first match, which counts as a failure with pipefail.
    *.so.*) [[ $(ldconfig -p) == *"$1 "* ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# Prints the packages of the list that are missing.
berth_missing() {
  local entry
  for entry in "$@"; do
    berth_has "${entry% *}" || printf '%s\n' "${entry#* }"
  done
}

# Installs what is missing, as root, and says what.
berth_install() {
  local missing
  mapfile -t missing < <(berth_missing "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. This is no Debian or Ubuntu: install what these packages hold there, and start again." >&2
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "Missing: ${missing[*]}. Install them (sudo apt-get install ${missing[*]}), or start this as root." >&2
    return 1
  fi
  echo "Installing from the distribution: ${missing[*]}"
  apt-get update -qq || echo "apt-get update failed: going on with the package lists that are there" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Unpacks packages into a directory without installing them, so that no service of theirs starts.
berth_unpack() { # DIRECTORY PACKAGE...
  local directory=$1 downloads
  shift
  echo "Unpacking from the distribution into $directory (nothing is installed): $*"
  downloads=$(mktemp -d)
  (cd "$downloads" && apt-get -o APT::Sandbox::User=root download -qq "$@" >/dev/null) ||
    (apt-get update -qq && cd "$downloads" && apt-get -o APT::Sandbox::User=root download -qq "$@" >/dev/null) ||
    { rm -rf "$downloads"; return 1; }
  mkdir -p "$directory"
  local package
  for package in "$downloads"/*.deb; do
    dpkg-deb -x "$package" "$directory"
  done
  rm -rf "$downloads"
}

# Programs that tests use as files: installed they would start services, or push others aside.
berth_fetch_tools() { # DIRECTORY
  local tools=$1 missing=()
  [ -x "$tools/usr/bin/docker-registry" ] || command -v docker-registry >/dev/null || missing+=(docker-registry)
  [ -x "$tools/usr/sbin/nginx" ] || command -v nginx >/dev/null || missing+=(nginx)
  [ -x "$tools/bin/busybox" ] || [ -x "$tools/usr/bin/busybox" ] || berth_busybox_is_static || missing+=(busybox-static)
  [ ${#missing[@]} -eq 0 ] || berth_unpack "$tools" "${missing[@]}" || return 1
  # Installed it would load its profiles at each start of the machine.
  [ -x "$tools/sbin/apparmor_parser" ] || [ -x "$tools/usr/sbin/apparmor_parser" ] || command -v apparmor_parser >/dev/null ||
    berth_unpack "$tools" apparmor || return 1
  # The other busybox, which is no shell that runs programs of its own in place of those on its PATH.
  if [ ! -x "$tools/bin/busybox-shell" ]; then
    berth_unpack "$tools/shell" busybox && mkdir -p "$tools/bin" &&
      find "$tools/shell" -type f -name busybox -path '*bin/*' -exec cp {} "$tools/bin/busybox-shell" ';' &&
      [ -x "$tools/bin/busybox-shell" ]
  fi
}

berth_busybox_is_static() {
  local program
  program=$(command -v busybox) && ! ldd "$program" >/dev/null 2>&1
}

# Fails with one line on a kernel that is too old.
berth_check_kernel() {
  local version major minor
  version=$(uname -r)
  IFS=. read -r major minor _ <<<"$version"
  minor=${minor%%[!0-9]*}
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 1 ]; }; then
    echo "This kernel is $version; Berth needs Linux 6.1 or newer: boot a newer kernel (Debian 12, Ubuntu 24.04 have one)." >&2
    return 1
  fi
}

# The distribution's Maven brings libraries that a JDK 25 warns about at each start; it is told that this is known.
berth_quiet_maven() {
  export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
}

# Builds, at the top of the repository, what is older than its sources; the tests are ./test's.
berth_build() {
  local stamp=target/run/built
  if [ -e "$stamp" ] && [ -x cri-server/target/dist/bin/berthd ] && [ -d test-e2e/target/classes ] &&
    [ -z "$(find pom.xml ./*/pom.xml ./*/src packaging .mvn -newer "$stamp" -type f -print -quit)" ]; then
    return
  fi
  echo "Building (a minute or two the first time)..."
  mvn -q -ntp -B -DskipTests -Dspotless.check.skip package || {
    echo "The build failed: what Maven says above is why." >&2
    return 1
  }
  mkdir -p "${stamp%/*}" && touch "$stamp"
}
