"""Closes and opens ports in a firewall table of Orlop's own (`inet orlop_close`), and keeps that over restarts.

Laws: no chain of anybody else is touched; only new connections are refused, those that run go on; the machine itself
still reaches its port; with the last port opened again, table, file and unit are gone.
Where systemd runs the machine, a unit of Orlop's (`orlop-close.service`) closes the ports again at each start and when
nftables is restarted. Elsewhere they stay closed until the machine restarts.
"""

from orlop.errors import FixRefused
from orlop.estate.change import Change
from orlop.estate.host.port import PortGuard
from orlop.fix.writer import Shell, writes_host

FILE = "/etc/orlop/close.nft"
UNIT = "/etc/systemd/system/orlop-close.service"

_REFUSALS = {
    "tcp": "tcp flags & (fin|syn|rst|ack) == syn tcp dport {port} counter reject with tcp reset",
    "udp": "ct state new udp dport {port} counter reject",
}
"""Protocol -> the rule: a refused caller is told so at once, and counted."""

_UNIT = f"""[Unit]
Description=Ports that Orlop closes
After=nftables.service ufw.service firewalld.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f {FILE}
ExecReload=/usr/sbin/nft -f {FILE}

[Install]
WantedBy=multi-user.target
"""

_TOOLS = rf"""
set -u; umask 022
F={FILE}; U={UNIT}; T="inet orlop_close"
refuse() {{ printf '%s\n' "$*" >&2; exit 1; }}
command -v nft >/dev/null || refuse "nft is not installed. Install it (sudo apt-get install nftables), then try again."
rule() {{ nft -a list table $T 2>/dev/null | sed -n "s|.* comment \"$1\" # handle \([0-9]*\)\$|\1|p"; }}
systemd() {{ [ -d /run/systemd/system ]; }}
keep() {{ # write down what is closed, for every start to come
  mkdir -p "${{F%/*}}" || refuse "${{F%/*}} cannot be made."
  {{ echo "# Written by Orlop. \`orlop undo\` takes it back."
     echo "table $T"; echo "delete table $T"; nft -s list table $T; }} >"$F.new" && mv -f "$F.new" "$F"; }}
"""

_CLOSE = r"""
UNIT_TEXT=$(cat)
if [ -z "$(rule "$NAME")" ]; then
  printf '%s\n' "add table $T" \
    "add chain $T in { type filter hook input priority -5; policy accept; }" \
    "add rule $T in iif != lo $REFUSAL comment \"$NAME\"" | nft -f - || refuse "nft did not take the rule."
fi
keep || refuse "$F cannot be written. The port is closed until the next start."
if systemd; then
  printf '%s\n' "$UNIT_TEXT" >"$U.new" && mv -f "$U.new" "$U" &&
    systemctl daemon-reload && systemctl -q enable orlop-close.service && systemctl start orlop-close.service ||
    refuse "systemd did not take orlop-close.service. The port is closed until the next start."
fi
"""

_OPEN = r"""
for handle in $(rule "$NAME"); do nft delete rule $T in handle "$handle" || refuse "nft did not remove the rule."; done
if nft list table $T 2>/dev/null | grep -q 'comment "orlop:'; then keep; exit; fi
if nft list table $T >/dev/null 2>&1; then nft delete table $T || refuse "nft did not remove the table."; fi
if [ -e "$U" ]; then
  if systemd; then systemctl -q disable orlop-close.service; systemctl stop orlop-close.service; fi
  rm -f "$U"; if systemd; then systemctl daemon-reload; fi
fi
rm -f "$F"; rmdir "${F%/*}" 2>/dev/null || :
"""


@writes_host(PortGuard, "closed")
def port_closed(shell: Shell, change: Change) -> None:
    """Refuse new connections to a port, or take them again."""
    protocol, _, number = change.target.partition("/port/")[2].partition("/")
    if protocol not in _REFUSALS or not number.isdecimal() or not 0 < int(number) < 65536:
        raise FixRefused(f"{change.target} is no port.", means="Nothing was changed.")
    refusal = _REFUSALS[protocol].format(port=number)
    head = f"{_TOOLS}\nNAME=orlop:{protocol}/{number}; REFUSAL='{refusal}'\n"
    shell.run(head + (_CLOSE if change.becomes else _OPEN), stdin=_UNIT.encode())


ALL = (port_closed,)
