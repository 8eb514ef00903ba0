# Finds and installs what a Debian or Ubuntu lacks for dinofs; sourced after launch.sh, not run.

have_fuse() {
  /sbin/ldconfig -p | grep -q 'libfuse\.so\.2 ' && command -v fusermount >/dev/null
}

# The oldest Java that dinofs builds with, where the distribution still has it.
jdk_package() {
  if apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
    echo openjdk-17-jdk-headless
  else
    echo default-jdk-headless
  fi
}

# apt-get as root, or through a sudo that does not ask; otherwise says what to run.
apt_get() {
  if [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
  elif sudo -n true 2>/dev/null; then
    sudo -n DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
  else
    die "something is lacking; as root, please run: apt-get $*"
  fi
}
