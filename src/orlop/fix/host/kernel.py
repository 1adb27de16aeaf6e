"""Writes switches of the kernel: now, and into a drop-in file of Orlop's own for every start to come.

Laws: either all of a change holds or nothing of it; what a later file would overrule at the next start is refused;
switches that were not meant do not move.
"""

from shlex import quote

from orlop.estate.change import Change
from orlop.estate.host.kernel import GROUPS, Kernel
from orlop.estate.host.tuning import Tuning
from orlop.fix.host.dropin import merged
from orlop.fix.writer import Shell, Writer, writes_host

DROP_IN = "/etc/sysctl.d/90-orlop.conf"

_SCRIPT = r"""
set -u; umask 022
refuse() { printf '%s\n' "$*" >&2; exit 1; }
place() { printf '/proc/sys/%s' "$(printf %s "$1" | tr . /)"; }
set_now() { printf '%s\n' "$2" 2>/dev/null >"$(place "$1")"; }
later() { # what else is read after our file
  for f in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
    [ -f "$f" ] && [ "$(printf '%s\n90-orlop.conf\n' "${f##*/}" | sort | head -n 1)" = 90-orlop.conf ] &&
      [ "${f##*/}" != 90-orlop.conf ] && printf '%s\n' "$f"
  done; [ -f /etc/sysctl.conf ] && echo /etc/sysctl.conf; }
back() { if [ -f "$F.was" ]; then mv -f "$F.was" "$F"; else rm -f "$F"; fi
  printf '%s\n' "$BEFORE" | while read -r key value; do set_now "$key" "$value"; done
  keep_redirects; }
keep_redirects() { # turning forwarding on or off moves this switch with it
  [ -z "$redirects" ] || printf '%s\n' "$redirects" >"$all"; }
all=/proc/sys/net/ipv4/conf/all/accept_redirects; redirects=
case "$WANTED" in *net.ipv4.ip_forward*) redirects=$(cat "$all" 2>/dev/null) ;; esac

printf '%s\n' "$KEPT" | while read -r key value; do
  [ "$key" ] || continue
  line="^[[:space:]]*-?$(printf %s "$key" | sed 's,\.,[./],g')[[:space:]]*="
  later | while IFS= read -r f; do
    other=$(grep -E "$line" "$f" | tail -n 1 | cut -d= -f2 | tr -d ' \t')
    [ -z "$other" ] || [ "$other" = "$value" ] || { echo "$f sets $key, too, and is read after Orlop's file."; exit 1; }
  done || exit 1
done >&2 || refuse "Nothing was changed: change it there."

mkdir -p "${F%/*}" || refuse "${F%/*} cannot be made."
rm -f "$F.was"; if [ -f "$F" ]; then cp -p "$F" "$F.was"; fi
cat >"$F.new" || refuse "$F cannot be written."
if [ -s "$F.new" ]; then mv -f "$F.new" "$F"; else rm -f "$F.new" "$F"; fi
printf '%s\n' "$WANTED" | while read -r key value; do
  set_now "$key" "$value" || { echo "The kernel does not let $key be set to $value."; exit 1; }
done >&2 || { back; refuse "Nothing was changed. In a container, change it on the machine around it."; }
keep_redirects
rm -f "$F.was"
"""


def _write(shell: Shell, change: Change) -> None:
    """Set the switches now, and put them into the drop-in or take them out."""
    settings: tuple[Tuning, ...] = change.becomes
    before: tuple[Tuning, ...] = change.was
    text = shell.run(f"cat {DROP_IN} 2>/dev/null || :")
    shell.run(
        f"F={DROP_IN}; WANTED={quote(_now(settings))}; BEFORE={quote(_now(before))}; KEPT={quote(_kept(settings))}\n"
        f"{_SCRIPT}",
        stdin=merged(text, sorted(settings, key=_order), key_of=_key, between=" = ").encode(),
    )


def _now(settings: tuple[Tuning, ...]) -> str:
    return "\n".join(f"{setting.key} {setting.in_force}" for setting in settings)


def _kept(settings: tuple[Tuning, ...]) -> str:
    return "\n".join(f"{s.key} {s.in_our_file}" for s in settings if s.in_our_file is not None)


def _order(setting: Tuning) -> bool:
    """Forwarding comes first in the file: setting it moves other switches, which must be set after it."""
    return "forward" not in setting.key


def _key(line: str) -> str:
    return line.partition("=")[0].strip()


ALL: tuple[Writer[Shell], ...] = tuple(writes_host(Kernel, field)(_write) for field in GROUPS)
