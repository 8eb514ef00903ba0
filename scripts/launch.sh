# What the launchers beside this file share; sourced, not run.

self=$(readlink -f -- "$0")
root=$(dirname -- "$(dirname -- "$self")")

die() {
  printf '%s: %s\n' "$(basename -- "$0")" "$*" >&2
  exit 1
}

# Prints the feature version (17, 21, 25) of a java. The file `release` beside it spares a JVM start.
java_major() {
  release=$(dirname -- "$(dirname -- "$(readlink -f -- "$1")")")/release
  if [ -r "$release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release"
  else
    "$1" -version 2>&1 | sed -n 's/^[a-z]* version "\([0-9]*\).*/\1/p'
  fi
}

# Sets `java`, an absolute path, and `major`.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
  else
    java=$(command -v java) || die "no java found: install Java 17 or newer, or set JAVA_HOME"
  fi
  java=$(cd "$(dirname -- "$java")" && pwd)/$(basename -- "$java")
  major=$(java_major "$java")
  [ "${major:-0}" -ge 17 ] || die "Java 17 or newer is needed, but $java is ${major:-unknown}; set JAVA_HOME"
}

# launch MODULE MAIN-CLASS JVM-OPTION... -- ARGUMENT...
launch() {
  jar=$root/$1/target/$1.jar main=$2
  shift 2
  flags=
  while [ "$1" != -- ]; do
    flags="$flags $1"
    shift
  done
  shift
  [ -f "$jar" ] || die "not built yet; build with: mvn -f '$root/pom.xml' -q -DskipTests package"
  find_java

  # For lmdbjava, and against the complaints about JNI and Unsafe from 24 on; pom.xml has the same for tests.
  flags="$flags --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
  [ "$major" -lt 24 ] ||
    flags="$flags --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
  # A JVM that ran out of memory is in no known state. The statistics file is a mapped file that can stall it.
  flags="$flags -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData"
  # Three times the calls before the second compiler, the expensive one, takes a method: measured, a quarter less processor
  # time to start and mount, a sixth less up to the first GiB written, and no difference after that.
  flags="$flags -XX:Tier4InvocationThreshold=15000 -XX:Tier4MinInvocationThreshold=3000"
  flags="$flags -XX:Tier4CompileThreshold=45000 -XX:Tier4BackEdgeThreshold=120000"
  # The JVM refuses to choose between two collectors.
  case " ${DINOFS_JAVA_OPTS:-}" in
    *" -XX:+Use"*GC*) flags=$(printf '%s' "$flags" | sed 's/ -XX:+Use[A-Za-z0-9]*GC//') ;;
  esac
  # In the C locale Java cannot name a file beyond ASCII.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX) export LC_ALL=C.UTF-8 ;;
  esac

  # Contents, names and logs are not for every user of this machine.
  umask 077
  cwd=$(pwd)
  cd "${workdir:-.}" || die "no working directory"
  set -f
  # The JVM does not look at TMPDIR by itself.
  # shellcheck disable=SC2086 # options are words
  exec "$java" "-Djava.io.tmpdir=${TMPDIR:-/tmp}" $flags ${DINOFS_JAVA_OPTS:-} "-Ddinofs.cwd=$cwd" "-Ddinofs.launcher=$self" \
    -cp "$jar" "$main" "$@"
}
