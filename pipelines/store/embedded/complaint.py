"""Why a mongod does not run, in words that say what to do. Reads text: its log, its output."""

import errno
import json
import re
import subprocess
from pathlib import Path

# what our wheel's mongod links that slim systems lack, and the Debian package that has it
PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libcrypto.so.3": "libssl3",
    "libssl.so.3": "libssl3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libldap-2.5.so.0": "libldap-2.5-0",
    "libsasl2.so.2": "libsasl2-2",
}
OR_ELSE = "or set MONGODB_URI to a server of your own"
ILLEGAL_INSTRUCTION = -4
# mongod lays out three pieces of journal before it says anything
FREE_SPACE = "Free some space there, 400 MB at least, then try again."
FULL = '{"s":"E","msg":"No space left on device"}'

# first match wins: an unwritable folder is also reported with "make sure that another mongod …"
KNOWN = {
    r"No space left on device|Disk quota exceeded": (
        "the disk of {home} is full, and MongoDB cannot write.",
        FREE_SPACE,
    ),
    r"Read-only file system|read-only directory|Permission denied|Operation not permitted": (
        "MongoDB may not write in {home}/mongo.",
        "Give it to the user who runs dateline (chown -R), or name another with DATELINE_HOME.",
    ),
    r"Another mongod instance is already running": (
        "another mongod has {home}/mongo open.",
        "Stop it, or name another folder with DATELINE_HOME.",
    ),
    r"Too many open files": (
        "MongoDB may not open enough files.",
        "Raise the limit (ulimit -n 64000), then try again.",
    ),
    r"Cannot allocate memory|std::bad_alloc": (
        "MongoDB got no memory.",
        "Free some (it needs about 700 MB), then try again.",
    ),
    r"WT_TRY_SALVAGE|corrupted": (
        "the data in {home}/mongo is damaged.",
        "Restore a backup, or move the folder away to begin with an empty database.",
    ),
    r"UPGRADE PROBLEM|(Incompatible|Invalid)FeatureCompatibilityVersion": (
        "the data in {home}/mongo was made by another version of MongoDB.",
        f"Install that version, {OR_ELSE}.",
    ),
    r"Address already in use|File name too long|Failed to set up|Failed to unlink socket": (
        "MongoDB cannot listen on its socket.",
        "Remove what stands in its way, or name a short folder of your own with TMPDIR.",
    ),
}


def cannot_run(path: str, error: OSError | subprocess.TimeoutExpired) -> str:
    """Say why the system does not even begin to run ``path``."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{path} does not answer to --version.\nReplace it, {OR_ELSE}."
    if error.errno in {errno.ENOEXEC, errno.ENOENT}:
        # ENOENT with the file there: its loader is missing, as on musl systems
        return (
            f"{path} is made for another system than this one.\nInstall a mongod for it, {OR_ELSE}."
        )
    return f"{path} cannot run: {error.strerror}.\nMend that, {OR_ELSE}."


def cannot_load(path: str, output: str, code: int) -> str:
    """Say why ``path``, which the system did run, could not tell its version."""
    missing = re.search(r"loading shared libraries: (\S+?):", output)
    if missing:
        package = PACKAGES.get(missing[1])
        how = f"apt install {package}" if package else "install the package that has it"
        what = f"{path} cannot run: the library {missing[1]} is missing."
        return f"{what}\nInstall it ({how}), {OR_ELSE}."
    if re.search(r"version `\S+' not found", output):
        what = f"{path} cannot run: this system is too old for it."
        return f"{what}\nInstall an older mongod, {OR_ELSE}."
    if code == ILLEGAL_INSTRUCTION:
        return f"{path} cannot run: this processor lacks AVX.\nInstall MongoDB 4.4, {OR_ELSE}."
    words = output.strip().splitlines()[-1:] or [f"it ended with {code}"]
    return f"{path} cannot run: {words[0]}.\nReplace it or take it off PATH, {OR_ELSE}."


def read(log: str, home: Path) -> str | None:
    """Return what the errors in mongod's ``log`` come down to, or None where it has none."""
    lines = [line for line in log.splitlines() if re.search(r'"s":"[EF]"', line)]
    text = "\n".join(lines)
    for pattern, (what, cure) in KNOWN.items():
        if re.search(pattern, text):
            return f"{what.format(home=home)}\n{cure}"
    return next((said for said in map(_said, reversed(lines)) if said), None)


def last_run(log: str) -> str:
    """Return the part of the log that the last mongod wrote."""
    return log.rpartition('"id":4615611')[2]  # "MongoDB starting"


def ended_well(log: str) -> bool:
    """Return whether the last line is of a mongod that was asked to stop."""
    return '"exitCode":0' in log[-500:]


def _said(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:  # cut off by the end of the disk or of the part that we read
        return None
    if entry.get("c") == "ASSERT":
        return None
    attributes = entry.get("attr", {})
    words = attributes.get("error") or attributes.get("message") or entry.get("msg")
    return f"MongoDB stopped: {str(words).strip()[:300]}."
