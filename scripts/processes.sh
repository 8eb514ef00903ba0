# Waiting for processes and mounts; sourced after launch.sh, not run.

# eventually SECONDS WHAT COMMAND...: tries the command until it succeeds; dies after the limit.
eventually() {
  limit=$(($(date +%s) + $1)) what=$2
  shift 2
  until "$@"; do
    [ "$(date +%s)" -lt "$limit" ] || die "$what: not in time"
    sleep 0.1
  done
}

alive() {
  kill -0 "$1" 2>/dev/null
}

gone() {
  ! alive "$1"
}

# Whether something is mounted on a directory, named by its absolute path. Looks at the kernel's
# table, proc(5), and not at the directory, which may belong to a file system that no longer answers.
mounted() {
  grep -qF " $(printf '%s' "$1" | sed 's/\\/\\134/g; s/ /\\040/g') " /proc/self/mountinfo
}

# Prints where a server listens, once its log says so.
address() {
  sed -n 's/.* listening on \([^ ]*:[0-9]*\)$/\1/p' "$1" | grep .
}
