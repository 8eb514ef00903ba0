# Finds and installs what a Debian or Ubuntu lacks for dinofs; sourced after launch.sh, not run.

have_fuse() {
  /sbin/ldconfig -p | grep -q 'libfuse\.so\.2 ' && command -v fusermount >/dev/null
}

# Installs packages, as root or through a sudo that does not ask; otherwise says what to run.
apt_install() {
  command -v apt-get >/dev/null || die "please install what your system has for: $*"
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    die "please run: sudo apt-get install $*"
  fi
  $as_root apt-get -qq update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@"
}
