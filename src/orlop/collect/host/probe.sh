# Orlop's host probe: POSIX sh, read-only, nothing written on the host. It comes on standard input:
#     sh -s -- NONCE [SECTION ...] < probe.sh
# Without names every section is read. Each answer stands between "@NONCE begin NAME" and "@NONCE end NAME CODE CLOCK",
# each on a line of its own; an answer whose end is missing was cut off. The nonce keeps what a host says from being
# taken for a frame.
# Codes: 0 read to its end; 77 needs root; 69 the program that could tell is not there; 124 took too long; others failed.
# Secrets shrink here: of a password hash only its kind leaves the host, of login keys only their number.
LC_ALL=C; export LC_ALL
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
umask 077
N=$1; shift; ASKED=" $* "
NEEDS_ROOT=77; MISSING=69; NEWLINE='
'

have() { command -v "$1" >/dev/null 2>&1; }
root() { [ "$(id -u)" = 0 ]; }
readable() { [ -r "$1" ] || return $NEEDS_ROOT; }
one_line() { printf %s "$1" | tr '\n\r' '??'; } # no name of the host's may look like another line
if timeout 1 true >/dev/null 2>&1; then limit() { timeout "$@"; }; else limit() { shift; "$@"; }; fi

section() {
  case $ASKED in '  ') ;; *" $1 "*) ;; *) return 0 ;; esac
  printf '\n@%s begin %s\n' "$N" "$1"
  "on_$1" 2>/dev/null </dev/null; code=$?
  clock=; read -r clock rest 2>/dev/null </proc/uptime
  printf '\n@%s end %s %s %s\n' "$N" "$1" "$code" "$clock"
}

on_identity() { # who we are, and on what
  echo "uid $(id -u)"
  echo "clock $(date +%s)"
  echo "name $(uname -n)"
  echo "kernel $(uname -r)"
  echo "build $(uname -v)"
  echo "machine $(cat /etc/machine-id || cat /var/lib/dbus/machine-id)"
  echo "boot $(cat /proc/sys/kernel/random/boot_id)"
  echo "vendor $(cat /sys/class/dmi/id/sys_vendor)"
  echo "container $(container)"
  [ -d /proc/1 ] || echo "hidden yes"
  echo "=="
  cat /etc/os-release || cat /usr/lib/os-release
}
container() {
  if [ -r /run/systemd/container ]; then cat /run/systemd/container
  elif [ -e /.dockerenv ] && [ ! -d /sys/firmware/acpi ]; then echo docker
  elif [ -e /run/.containerenv ]; then echo podman
  else tr '\000' '\n' </proc/1/environ | sed -n 's/^container=//p' | head -n 1; fi
}

on_addresses() { # interface, address
  have ip || return $MISSING
  ip -o addr show
}

on_sockets() { # what listens; without ss the kernel's own tables, and who holds which socket
  if have ss; then
    ss -HOtulnpe || ss -tulnpe
  else
    for f in tcp tcp6 udp udp6; do
      [ -r /proc/net/$f ] && awk -v p=$f '$4=="0A"||$4=="07"{print p, $2, $10}' /proc/net/$f
    done
    echo "== held"; held
  fi
}
held() { # pid, inode, of every socket that we may see
  ls -l /proc/[0-9]*/fd | awk -F/ '/^\/proc\//{pid=$3} /-> socket:\[[0-9]+\]$/{n=$0; sub(/.*\[/,"",n); sub(/\].*/,"",n); print pid, n}'
}
listeners() { # pids of what listens
  if have ss; then
    ss -tulnp | grep -o 'pid=[0-9]*' | cut -d= -f2
  else
    { awk '$4=="0A"||$4=="07"{print "want", $10}' /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6; held; } |
      awk '$1=="want"{w[$2]=1; next} $2 in w{print $1}'
  fi | sort -un
}

on_programs() { # of what listens: user, program, cgroup, script
  for p in $(listeners); do
    d=/proc/$p; exe=$(readlink $d/exe); [ -n "$exe" ] || continue
    echo "pid $p"
    echo "exe $(one_line "$exe")"
    while read -r key value rest; do case $key in Uid:) echo "uid $value"; break ;; esac; done <$d/status
    echo "cgroup $(tail -n 1 $d/cgroup | cut -d: -f3-)"
    case ${exe##*/} in
      python*|perl*|ruby*|node*|php*|java|bash|dash|sh|busybox) script $d ;;
    esac
  done
  return 0
}
script() { # the file that an interpreter runs: the first argument that is one; nothing else of the command line leaves
  tr '\000' '\n' <"$1/cmdline" | sed 1d | while read -r word; do
    case $word in -*) continue ;; /*) f=$word ;; *) f=$(readlink "$1/cwd")/$word ;; esac
    [ -f "$f" ] && { echo "script $(one_line "$f")"; break; }
  done
}

on_packages() { # program, package
  paths=$(for p in $(listeners); do readlink /proc/$p/exe | sed 's/ (deleted)$//'; done | sort -u)
  [ -n "$paths" ] || return 0
  if [ -d /var/lib/dpkg/info ]; then
    { echo "$paths"; echo "$paths" | sed -n -e 's#^/usr/#/#p' -e 's#^/bin/#/usr/bin/#p' -e 's#^/sbin/#/usr/sbin/#p' -e 's#^/lib#/usr/lib#p'; } |
      grep -HxF -f - /var/lib/dpkg/info/*.list |
      sed 's#^/var/lib/dpkg/info/\([^:]*\)\(:[a-z0-9-]*\)\{0,1\}\.list:\(.*\)$#\3 \1#'
  elif have rpm; then
    echo "$paths" | while read -r f; do o=$(rpm -qf --qf '%{NAME}\n' "$f" | head -n 1) && case $o in *' '*) ;; *) echo "$f $o" ;; esac; done
  elif have apk; then
    echo "$paths" | while read -r f; do o=$(apk info -q -W "$f" | head -n 1) && [ -n "$o" ] && echo "$f ${o##* }"; done
  else
    return $MISSING
  fi
  return 0
}

on_connections() { # who talks with whom just now
  have ss || return $MISSING
  said=$(ss -HOtunpe state established || ss -tunpe state established) || return
  printf '%s\n' "$said" | head -n 4002
}

on_passwd() { # name, uid, gid, home, shell, kind of password; then groups
  awk -F: 'NF>=7{k=$2; if(k==""){k="empty"} else if(k!="x"&&k!="*"&&k!="!"){k="here"} print $1":"$3":"$4":"$6":"$7":"k}' /etc/passwd || return 1
  echo "=="
  awk -F: 'NF>=4{print $1":"$3":"$4}' /etc/group
}

on_shadow() { # name, kind of password
  [ -e /etc/shadow ] || return 0
  readable /etc/shadow || return $NEEDS_ROOT
  awk -F: '{h=$2; k="unknown"
    if (h=="") k="empty"
    else if (h=="*" || h ~ /^!+\*?$/) k="none"
    else if (substr(h,1,1)=="!" || substr(h,1,1)=="*") k="locked"
    else if (substr(h,1,1)=="$") { n=index(substr(h,2),"$"); k="$" substr(h,2,n-1) }
    else if (substr(h,1,1)=="_" || length(h)==13) k="des"
    print $1":"k}' /etc/shadow
}

on_keys() { # name, number of keys that open a login
  root || return $NEEDS_ROOT
  while IFS=: read -r name x uid gid gecos home shell; do
    n=0
    for f in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do
      [ -f "$f" ] && n=$((n + $(grep -cvE '^[[:space:]]*(#|$)' "$f")))
    done
    [ "$n" -gt 0 ] && echo "$name:$n"
  done </etc/passwd
  return 0
}

on_sudo() { # the rules of sudo, file by file
  [ -e /etc/sudoers ] || return 0
  readable /etc/sudoers || return $NEEDS_ROOT
  for f in /etc/sudoers /etc/sudoers.d/*; do
    case ${f##*/} in *.*|*~) continue ;; esac
    [ -f "$f" ] || continue
    readable "$f" || return $NEEDS_ROOT
    echo "== $f"; grep -vE '^[[:space:]]*(#[^0-9i]|#$|$)' "$f"
  done
  return 0
}

on_sshd() { # the settings in force for somebody from outside, and for root from outside
  have sshd || { echo "none"; return 0; }
  root || return $NEEDS_ROOT
  echo "running $(grep -lx sshd /proc/[0-9]*/comm | head -n 1 | wc -l)"
  echo "socket $(have systemctl && limit 5 systemctl is-active ssh.socket sshd.socket | grep -cx active)"
  grep -iqE '^[[:space:]]*Include[[:space:]].*sshd_config\.d/\*' /etc/ssh/sshd_config && echo "includes yes"
  for f in /etc/ssh/sshd_config.d/*.conf; do [ -f "$f" ] && echo "dropin ${f##*/}"; done
  from="host=orlop.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22"
  echo "== anyone"; settings "user=orlop-nobody,$from" || return 1
  echo "== root"; settings "user=root,$from" || return 1
  echo "== ours"; cat /etc/ssh/sshd_config.d/10-orlop.conf
  return 0
}
settings() { # sshd -T wants its run directory, which is missing while no sshd runs: lend it one that only it sees
  if [ -d /run/sshd ] || ! have unshare; then
    limit 5 sshd -T -C "$1" || limit 5 sshd -G -C "$1"
  else
    limit 5 unshare -m sh -c 'mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec sshd -T -C "$1"' sh "$1" ||
      limit 5 sshd -T -C "$1" || limit 5 sshd -G -C "$1"
  fi
}

on_sysctl() { # kernel settings in force, and in Orlop's own file
  for k in kernel/randomize_va_space kernel/yama/ptrace_scope kernel/kptr_restrict kernel/dmesg_restrict \
    fs/protected_symlinks fs/protected_hardlinks fs/protected_fifos fs/protected_regular fs/suid_dumpable \
    net/ipv4/conf/all/accept_redirects net/ipv4/conf/default/accept_redirects \
    net/ipv4/conf/all/accept_source_route net/ipv4/conf/default/accept_source_route \
    net/ipv6/conf/all/accept_redirects net/ipv6/conf/default/accept_redirects \
    net/ipv6/conf/all/accept_source_route net/ipv6/conf/default/accept_source_route \
    net/ipv4/ip_forward net/ipv6/conf/all/forwarding; do
    [ -e /proc/sys/$k ] || continue
    v=; read -r v </proc/sys/$k; echo "$k $v"
  done
  echo "== ours"
  [ ! -e /etc/sysctl.d/90-orlop.conf ] || cat /etc/sysctl.d/90-orlop.conf
}

on_units() { # services and sockets that run, or start with the system
  [ -d /run/systemd/system ] && have systemctl || return $MISSING
  limit 8 systemctl list-units --no-pager --no-legend --plain --type=service,socket --state=active || return
  echo "=="
  for f in /etc/systemd/system/*.wants/* /etc/systemd/system/*.requires/*; do # systemctl takes seconds to say the same
    case $f in *.service|*.socket) ;; *) continue ;; esac
    [ "$(readlink "/etc/systemd/system/${f##*/}")" = /dev/null ] || one_line "${f##*/} "
  done | tr ' ' '\n' | sort -u
}

on_firewall() { # what the kernel filters
  root || return $NEEDS_ROOT
  grep -qsx 'ENABLED=yes' /etc/ufw/ufw.conf && echo "tool ufw"
  grep -qx firewalld /proc/[0-9]*/comm && echo "tool firewalld"
  told=
  if have nft; then
    echo "== nft"; limit 8 nft -j -t list ruleset || limit 8 nft -j list ruleset || return
    told=yes
  fi
  legacy=-legacy; [ "$told" ] || legacy=
  if have "iptables$legacy-save" && { [ ! "$told" ] || [ -s /proc/net/ip_tables_names ]; }; then
    echo "== ip"; "iptables$legacy-save" -t filter || return; told=yes
    have "ip6tables$legacy-save" && { echo "== ip6"; "ip6tables$legacy-save" -t filter || return; }
  fi
  [ "$told" ] || return $MISSING
}

on_close() { # what Orlop's own table closes
  [ -e /etc/orlop/close.nft ] || root || { echo "none"; return 0; }
  root || return $NEEDS_ROOT
  if have nft; then
    tables=$(limit 8 nft -j list tables) || return
    case $tables in *'"orlop_close"'*) limit 8 nft -j list table inet orlop_close ;; *) echo "none" ;; esac
  elif [ -e /etc/orlop/close.nft ]; then return $MISSING
  else echo "none"; fi
}

on_updates() { # installed packages of which the lists of security updates hold another version: name, arch, have, there
  have dpkg-query && [ -x /usr/lib/apt/apt-helper ] || return $MISSING
  lists=; for f in /var/lib/apt/lists/*_Packages*; do [ -f "$f" ] && lists=yes; done
  [ "$lists" ] || { echo "lists no"; return 0; }
  when=0
  for f in /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists /var/lib/apt/lists/partial /var/lib/apt/lists/*Release; do
    t=$(stat -c %Y "$f") && [ "$t" -gt "$when" ] && when=$t
  done
  echo "lists $when"
  for f in /var/lib/apt/lists/*security*_Packages*; do [ -f "$f" ] && echo "security ${f##*/}"; done
  echo "=="
  { dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Architecture} ${Version}\n' || echo "Broken: dpkg-query"
    for f in /var/lib/apt/lists/*security*_Packages*; do
      [ -f "$f" ] && echo "List: $f" && { limit 10 /usr/lib/apt/apt-helper cat-file "$f" || echo "Broken: $f"; }
    done; } | awk '
      /^Broken: /{print "broken"}
      /^List: /{there=1}
      !there && $1=="ii"{have[$2" "$3]=$4; next}
      /^Package: /{p=$2} /^Architecture: /{a=$2} /^Version: /{v=$2}
      /^$/{if (p!="" && (p" "a) in have && have[p" "a]!=v) print p, a, have[p" "a], v; p=""}
      END{if (p!="" && (p" "a) in have && have[p" "a]!=v) print p, a, have[p" "a], v}'
}

on_automatic() { # whether updates install themselves
  if have apt-config; then
    echo "by apt"
    apt-config dump APT::Periodic | sed -n 's/^APT::Periodic::\([A-Za-z-]*\) "\(.*\)";$/\1 \2/p'
    have unattended-upgrade && echo "program yes"
    [ -d /run/systemd/system ] && echo "timer $(limit 5 systemctl is-enabled apt-daily-upgrade.timer)"
  elif have dnf && [ -d /run/systemd/system ]; then
    echo "by dnf"
    echo "timer $(limit 5 systemctl is-enabled dnf-automatic-install.timer dnf-automatic.timer | grep -x enabled | head -n 1)"
  else
    return $MISSING
  fi
  return 0
}

on_reboot() { # whether the kernel that runs is the one that is installed
  [ -e /run/reboot-required ] && echo "required yes"
  [ -r /run/reboot-required.pkgs ] && sort -u /run/reboot-required.pkgs | sed 's/^/for /'
  echo "running $(uname -r)"
  echo "build $(uname -v)"
  have dpkg-query && echo "installed $(dpkg-query -W -f '${Version}' "linux-image-$(uname -r)")"
  for f in /boot/vmlinuz-*; do [ -f "$f" ] && echo "kernel ${f#/boot/vmlinuz-}"; done
  return 0
}

on_files() { # mode, owner, group, kind (raw), path
  set --
  for f in /etc/sudoers.d /etc/ssh/sshd_config.d /etc/cron.d; do [ -d $f ] && [ ! -r $f ] && echo "unseen $f"; done
  for f in /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/shadow- /etc/gshadow- /etc/sudoers /etc/sudoers.d /etc/sudoers.d/* \
    /etc/ssh/sshd_config /etc/ssh/sshd_config.d /etc/ssh/sshd_config.d/* /etc/ssh/ssh_host_*_key /etc/crontab \
    /etc/cron.d /etc/cron.d/* /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/ld.so.preload \
    /etc/ld.so.conf /etc/profile /etc/environment /etc/security/opasswd /boot/grub/grub.cfg /root; do
    case $f in *"$NEWLINE"*) echo "unseen a file whose name holds a line break"; continue ;; esac
    [ -e "$f" ] && set -- "$@" "$f"
  done
  stat -L -c '%a:%U:%G:%f %n' "$@"
}

on_time() { # which programs keep the clock right
  [ -d /proc/1 ] || return $NEEDS_ROOT
  grep -hxE 'chronyd|ntpd|ntpsec|openntpd|systemd-timesyn|timemaster|ptp4l|phc2sys|VBoxService' /proc/[0-9]*/comm | sort -u
  return 0
}

for name in identity addresses sockets programs packages connections passwd shadow keys sudo sshd sysctl units firewall \
  close updates automatic reboot files time; do
  section $name
done
printf '\n@%s done\n' "$N"
