from pathlib import Path

import pytest

from orlop.collect.host.ssh.inventory import inventory
from orlop.collect.host.ssh.where import Where, where
from orlop.errors import BadInput

PLAIN = """
# our servers
web-1
admin@web-2.example.org:2222
[2001:db8::7]:22
""".replace("[2001", "root@[2001")

INI = """
gate ansible_host=192.0.2.1

[web]
web[01:03].example.org ansible_port=2200   ; three of them
one ansible_host=10.0.0.1 ansible_user="deploy"

[db:children]
primary

[primary]
db-a

[db:vars]
ansible_user=postgres
ansible_ssh_common_args='-o ProxyJump=ops@gate.example.org'

[all:vars]
ansible_user=admin
"""

YAML = """
all:
  vars:
    ansible_user: admin
  hosts:
    mail:
      ansible_host: 192.0.2.5
  children:
    web:
      hosts:
        web[a:b]:
      vars:
        ansible_port: 2200
        ansible_ssh_private_key_file: /keys/web
"""


def listed(tmp_path: Path, text: str, name: str = "hosts") -> list[Where]:
    (tmp_path / name).write_text(text)
    return list(inventory(tmp_path / name))


def test_a_plain_list(tmp_path: Path) -> None:
    assert [str(each) for each in listed(tmp_path, PLAIN)] == [
        "ssh://web-1",
        "ssh://admin@web-2.example.org:2222",
        "ssh://root@[2001:db8::7]:22",
    ]


def test_an_ini_of_ansible(tmp_path: Path) -> None:
    found = {each.name or each.host: each for each in listed(tmp_path, INI)}
    assert list(found) == ["gate", "web01.example.org", "web02.example.org", "web03.example.org", "one", "db-a"]
    assert found["gate"] == Where(host="192.0.2.1", name="gate", user="admin")
    assert found["web02.example.org"].port == 2200
    assert (found["one"].host, found["one"].user) == ("10.0.0.1", "deploy")
    assert (found["db-a"].user, found["db-a"].jump) == ("postgres", "ops@gate.example.org")


def test_a_yaml_of_ansible(tmp_path: Path) -> None:
    found = {each.name or each.host: each for each in listed(tmp_path, YAML, "hosts.yml")}
    assert found["mail"] == Where(host="192.0.2.5", name="mail", user="admin")
    assert found["weba"] == Where(host="weba", user="admin", port=2200, key="/keys/web")
    assert set(found) == {"mail", "weba", "webb"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "names no host", id="empty"),
        pytest.param("# nobody\n", "names no host", id="only remarks"),
        pytest.param("-oProxyCommand=evil\n", "cannot be read as a host", id="an option in disguise"),
        pytest.param("web[1:999999999]\n", "too many hosts", id="a range without end"),
        pytest.param("web[x:1]\n", "no range of hosts", id="no range"),
        pytest.param("web 'open\n", "line 1: a quotation mark", id="an open quotation mark"),
        pytest.param("web:99999\n", "cannot be read as a host", id="no port"),
        pytest.param("[a:children]\nb\n[b:children]\na\n", "names no host", id="groups that hold one another"),
    ],
)
def test_what_is_no_list_of_hosts(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        listed(tmp_path, text)


def test_a_file_that_is_not_there_or_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        inventory(tmp_path / "nothing")
    with pytest.raises(BadInput, match="is no YAML, line 1"):
        listed(tmp_path, "all: [", "hosts.yml")
    with pytest.raises(BadInput, match="names no host"):
        listed(tmp_path, "- a\n- b\n", "hosts.yml")


@pytest.mark.parametrize("text", ["ssh://a@b:1", "a@b:1", "ssh://a@b:1/"])
def test_one_host_as_people_write_it(text: str) -> None:
    assert where(text) == Where(host="b", port=1, user="a")


@pytest.mark.parametrize("text", ["", "a b", "@b", "a@", "-b", "b:x", "http://b", "a@b@c", "b:70000", "ssh://"])
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(ValueError, match="is not USER@HOST:PORT"):
        where(text)
