#!/bin/sh
# A container's root: the machine's folders, but its own /tmp, /proc and volumes.
# Runs as the first process of fresh mount and PID namespaces (unshare --mount --pid --fork).
# usage: sandbox.sh DESCRIPTOR ROOT [SOURCE TARGET]... -- COMMAND [ARG]...
# Says "ready" on the open descriptor when the root stands, just before it becomes the command.
set -e
descriptor=$1
root=$2
shift 2
mount -t tmpfs -o mode=755 container "$root"
for entry in /*; do
    case $entry in /tmp | /proc | /airflow) continue ;; esac
    if [ -L "$entry" ]; then
        cp -P "$entry" "$root$entry"
    elif [ -d "$entry" ]; then
        mkdir "$root$entry"
        mount --rbind "$entry" "$root$entry"
    fi
done
mkdir "$root/proc"
# A fresh /proc shows only this container; where the machine forbids one, its own must do.
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
while [ "$1" != -- ]; do
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    shift 2
done
shift
# By its path, because a POSIX shell names only one-digit descriptors.
printf ready >"/proc/self/fd/$descriptor"
exec chroot "$root" "$@"
