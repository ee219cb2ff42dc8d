"""Folders that are no good place for a store, because something else writes there or the lock may not hold."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

_SYNCED = {
    "OneDrive": r"onedrive( ?- .*)?",
    "SharePoint": r"sharepoint( ?- .*)?",
    "Dropbox": r"dropbox( \(.*\))?",
    "iCloud": r"icloud ?drive|mobile documents|com~apple~clouddocs",
    "Google Drive": r"google ?drive( .*)?|googledrive-.*",
    "Box": r"box|box sync|box-box",
    "Nextcloud": r"nextcloud|owncloud",
}
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "davfs", "vboxsf",
            "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.glusterfs", "fuse.s3fs", "fuse.gvfsd-fuse"}  # fmt: skip
_REMOTE_DRIVE = 4
_LOCAL = "Keep the store on a local disk."
_MOUNTS = Path("/proc/self/mounts")


def place_warnings(folder: Path) -> list[str]:
    """Returns a sentence for each reason why a store should not be kept in a folder."""
    return [*_synced(folder), *_network(folder)]


def _synced(folder: PurePath) -> list[str]:
    danger = "another copy may overwrite it while it is written, and it leaves this machine"
    services = [
        service
        for service, pattern in _SYNCED.items()
        if any(re.fullmatch(pattern, part, re.IGNORECASE) for part in folder.parts)
    ]
    return [
        f"the store {folder} is in a folder that {service} synchronises: {danger}. {_LOCAL}" for service in services[:1]
    ]


def _network(folder: Path) -> list[str]:
    system = _windows_share(folder) or _mounted_as(folder)
    if not system:
        return []
    danger = "its lock may not hold against writers on other machines"
    return [f"the store {folder} is on a network disk ({system}): {danger}. {_LOCAL}"]


def _windows_share(folder: PurePath) -> str:
    if folder.drive.startswith("\\\\"):
        return "a share"
    try:
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\")  # type: ignore[attr-defined,unused-ignore]
    except (ImportError, AttributeError):
        return ""
    return "a network drive" if kind == _REMOTE_DRIVE else ""


def _mounted_as(folder: Path) -> str:
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""  # no such list on this platform: nothing can be told
    mounts = [line.split(" ")[1:3] for line in lines if line.count(" ") >= 2]
    around = [
        (len(point), nth, system)
        for nth, (point, system) in enumerate(mounts)
        if folder.is_relative_to(_unescaped(point))
    ]
    system = max(around)[2] if around else ""
    return system if system in _NETWORK else ""


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
