"""Writes settings of the SSH server into a drop-in file of Orlop's own.

Laws: the server is told to read its settings anew only after it has checked them itself; what it refuses, or what
another file overrules, is put back as it was; a server that does not run is not started.
"""

from shlex import quote

from orlop.estate.change import Change
from orlop.estate.host.ssh import GROUPS, SshServer
from orlop.estate.host.tuning import Tuning
from orlop.fix.host.dropin import merged
from orlop.fix.writer import Shell, Writer, writes_host

DROP_IN = "/etc/ssh/sshd_config.d/10-orlop.conf"

_SCRIPT = r"""
set -u; umask 077
refuse() { printf '%s\n' "$*" >&2; exit 1; }
command -v sshd >/dev/null || refuse "The SSH server (sshd) is not installed."
server() { # sshd wants its run directory, which is missing while no sshd runs: lend it one that only it sees
  if [ -d /run/sshd ] || ! command -v unshare >/dev/null; then sshd "$@"
  else unshare -m sh -c 'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec sshd "$@"' sh "$@"; fi; }
reload() {
  if [ -d /run/systemd/system ]; then
    for unit in ssh.service sshd.service; do
      if systemctl -q is-active $unit; then systemctl reload $unit; return; fi
    done
    return 0
  fi
  pid=$(cat "$(server -T 2>/dev/null | sed -n 's/^pidfile //p')" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sshd ] || return 0
  kill -HUP "$pid"; }
back() { if [ -f "$F.was" ]; then mv -f "$F.was" "$F"; else rm -f "$F"; fi; }

said=$(server -t 2>&1) || refuse "The SSH server's settings are broken as they are ($said). Mend them first."
rm -f "$F.was"; if [ -f "$F" ]; then cp -p "$F" "$F.was"; fi
cat >"$F.new" || refuse "$F cannot be written."
if [ -s "$F.new" ]; then
  said=$(server -t -f "$F.new" 2>&1) || { rm -f "$F.new" "$F.was"; refuse "sshd refuses the settings: $said"; }
  mv -f "$F.new" "$F"
else
  rm -f "$F.new" "$F"
fi
said=$(server -t 2>&1) || { back; refuse "sshd refuses the settings, so they were put back: $said"; }
now=$(server -T -C "user=$WHO,host=orlop.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22" 2>/dev/null)
printf '%s\n' "$WANTED" | while IFS= read -r line; do
  printf '%s\n' "$now" | grep -qixF -e "$line" || { printf '%s\n' "$line"; exit 1; }
done >&2 || { back; refuse "Another file of /etc/ssh sets it first. Nothing was changed: change it there."; }
reload || { back; reload; refuse "The SSH server did not take the settings, so they were put back."; }
rm -f "$F.was"
"""


def _write(shell: Shell, change: Change) -> None:
    """Put the settings into the drop-in, or take them out, and let the server read them."""
    settings: tuple[Tuning, ...] = change.becomes
    text = shell.run(f"cat {DROP_IN} 2>/dev/null || :")
    wanted = "\n".join(f"{setting.key} {setting.in_force}" for setting in settings)
    who = "root" if change.setting == "root_login" else "orlop-nobody"
    shell.run(
        f"F={DROP_IN}; WHO={who}; WANTED={quote(wanted)}\n{_SCRIPT}",
        stdin=merged(text, settings, key_of=_keyword, between=" ").encode(),
    )


def _keyword(line: str) -> str:
    return line.strip().partition(" ")[0].lower()


ALL: tuple[Writer[Shell], ...] = tuple(writes_host(SshServer, field)(_write) for field in GROUPS)
