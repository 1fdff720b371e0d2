"""The files for a class on many machines, as far as they can be checked without a cluster."""

import re
from types import SimpleNamespace

import pytest
import yaml
from classroom.hub import START
from traitlets.config import Config

HERE = START.parent
DOCKER = (HERE / "Dockerfile").read_text()

# What the schema of the chart 4.3 says of the keys used here. None: anything may follow.
SCHEMA = {
    "custom": None,
    "hub": {"config": None, "extraConfig": None},
    "proxy": {"https": {"enabled": bool, "hosts": list, "letsencrypt": {"contactEmail": str}}},
    "singleuser": {
        "image": {"name": str, "tag": str},
        "cmd": str,
        "defaultUrl": str,
        "fsGid": type(None),
        "startTimeout": int,
        "cpu": {"guarantee": float, "limit": int},
        "memory": {"guarantee": str, "limit": str},
        "extraFiles": {"passwd": {"mountPath": str, "stringData": str}},
        "storage": {
            "type": str,
            "capacity": str,
            "homeMountPath": str,
            "dynamic": {"volumeNameTemplate": str},
            "extraVolumes": list,
            "extraVolumeMounts": list,
        },
        "networkPolicy": {"egress": list},
    },
    "cull": {"enabled": bool, "timeout": int},
}


@pytest.fixture(scope="module")
def values():
    return yaml.safe_load((HERE / "values.yaml").read_text())


@pytest.fixture(scope="module")
def shared():
    documents = yaml.safe_load_all((HERE / "shared.yaml").read_text())
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


def unknown(values, schema, path=""):
    """List the keys that the schema does not have, and those whose value is of another type."""
    if schema is None:
        return []
    if not isinstance(schema, dict):
        return [] if isinstance(values, schema) else [path]
    found = [f"{path}.{key}" for key in values if key not in schema]
    for key in values.keys() & schema.keys():
        found += unknown(values[key], schema[key], f"{path}.{key}")
    return found


def test_the_chart_knows_every_key(values):
    assert unknown(values, SCHEMA) == []
    wrong = {"singleuser": {"imag": {}}, "cull": {"timeout": "2h"}}
    assert sorted(unknown(wrong, SCHEMA)) == [".cull.timeout", ".singleuser.imag"]


@pytest.fixture
def hub(values):
    """Run the code in the values, as the chart does in the hub."""

    def get_config(path):
        value = values
        for key in path.split("."):
            value = value[key]
        return value

    config = Config()
    config.JupyterHub.load_roles = [{"name": "the chart's own"}]
    names = {"c": config, "get_config": get_config}
    exec(values["hub"]["extraConfig"]["class.py"], names)
    return names


def server(hub, name):
    spawner = SimpleNamespace(
        user=SimpleNamespace(name=name),
        image="an image",
        environment={"FROM": "the chart"},
        init_containers=[{"name": "from the chart"}],
    )
    for _ in range(2):  # a server is stopped, and started again
        hub["c"].KubeSpawner.pre_spawn_hook(spawner)
    return spawner


def test_the_list_says_who_is_in_the_class(values, hub):
    names = {line.split(":")[0] for line in values["custom"]["passwd"].split()}
    assert hub["c"].Authenticator.allowed_users == names - {"root", "nobody"}
    assert hub["c"].JupyterHub.load_groups == {
        "teachers": {"users": ["eve"]},
        "students": {"users": ["ann", "bob"]},
    }
    assert values["singleuser"]["extraFiles"]["passwd"]["stringData"] == values["custom"]["passwd"]


def test_a_teacher_may_do_the_same_as_on_one_machine(hub):
    one_machine = (HERE / "jupyterhub_config.py").read_text()
    scopes = re.search(r'"scopes": \[(.*?)\]', one_machine, re.S)[1]
    own, role = hub["c"].JupyterHub.load_roles
    assert own == {"name": "the chart's own"}
    assert role["scopes"] == re.findall(r'"([^"]*)"', scopes)


def test_each_server_has_its_users_number(hub):
    numbers = {name: server(hub, name).uid for name in ("eve", "ann", "bob")}
    assert len(set(numbers.values())) == 3
    assert min(numbers.values()) >= 1000
    assert server(hub, "ann").gid == server(hub, "bob").gid != server(hub, "eve").gid


def test_a_stranger_gets_no_server(hub):
    for name in ("root", "nobody", "zoe"):
        with pytest.raises(KeyError):
            server(hub, name)


def test_what_the_chart_gives_a_server_stays(hub):
    ann = server(hub, "ann")
    assert ann.environment["FROM"] == "the chart"
    assert [container["name"] for container in ann.init_containers] == [
        "from the chart",
        "own-home",
    ]


def test_the_gradebook_is_the_teachers(hub, shared):
    secret = server(hub, "eve").environment["CNNLAB_GRADEBOOK"]["valueFrom"]["secretKeyRef"]
    assert "CNNLAB_GRADEBOOK" not in server(hub, "ann").environment
    (postgres,) = shared["StatefulSet", "gradebook"]["spec"]["template"]["spec"]["containers"]
    password = next(v for v in postgres["env"] if v["name"] == "POSTGRES_PASSWORD")
    assert password["valueFrom"]["secretKeyRef"]["name"] == secret["name"]
    words = (HERE / "README.md").read_text()
    assert f"secret generic {secret['name']}" in words
    for key in (secret["key"], password["valueFrom"]["secretKeyRef"]["key"]):
        assert f"--from-literal={key}=" in words
    user, database = (
        next(v["value"] for v in postgres["env"] if v["name"] == name)
        for name in ("POSTGRES_USER", "POSTGRES_DB")
    )
    assert f"//{user}:$password@gradebook:5432/{database}" in words


def test_the_gradebook_can_be_reached(values, shared):
    (rule,) = values["singleuser"]["networkPolicy"]["egress"]
    labels = rule["to"][0]["podSelector"]["matchLabels"]
    pod = shared["StatefulSet", "gradebook"]["spec"]["template"]["metadata"]["labels"]
    service = shared["Service", "gradebook"]["spec"]
    assert labels == pod == service["selector"]
    assert rule["ports"][0]["port"] == service["ports"][0]["port"] == 5432


def test_paths_and_volumes_are_those_of_the_image(values, hub, shared):
    storage = values["singleuser"]["storage"]
    (mount,), (volume,) = storage["extraVolumeMounts"], storage["extraVolumes"]
    claim = volume["persistentVolumeClaim"]["claimName"]
    assert volume["name"] == mount["name"]
    assert shared["PersistentVolumeClaim", claim]["spec"]["accessModes"] == ["ReadWriteMany"]
    ann = server(hub, "ann")
    assert ann.environment["CNNLAB_EXCHANGE"] == mount["mountPath"]
    assert ann.environment["HOME"] == storage["homeMountPath"].format(username="ann")
    home = ann.init_containers[1]["volumeMounts"][0]
    assert home["name"] == storage["dynamic"]["volumeNameTemplate"]
    etc = re.search(r"^COPY deploy/jupyterhub/etc (\S+)$", DOCKER, re.M)[1]
    for name, role in (("eve", "teacher"), ("ann", "student")):
        folders = server(hub, name).environment["JUPYTER_CONFIG_PATH"]
        assert folders.split(":") == [f"{etc}/{role}", etc]
        assert (HERE / "etc" / role).is_dir()
    (job,) = shared["Job", "open-exchange"]["spec"]["template"]["spec"]["containers"]
    assert job["command"] == ["chmod", "1777", job["volumeMounts"][0]["mountPath"]]


def test_all_name_the_same_image(values, shared):
    image = "{name}:{tag}".format(**values["singleuser"]["image"])
    (job,) = shared["Job", "open-exchange"]["spec"]["template"]["spec"]["containers"]
    assert job["image"] == image
    assert f"--tag {image}" in DOCKER
    assert f"--tag {image}" in (HERE / "README.md").read_text()


def test_the_image_copies_what_the_package_is_made_of():
    copied = re.findall(r"^COPY (.+) \S+$", DOCKER, re.M)
    for path in " ".join(copied).split():
        assert (HERE.parents[1] / path).exists(), path
