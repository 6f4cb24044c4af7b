"""Which file systems report changes."""

import pytest

from dreamd.daemon.mounts import Mount, elsewhere, is_elsewhere, parse_mounts, read_mounts

INFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:45 / /mnt/team rw,relatime shared:9 master:2 - nfs4 server:/export rw,vers=4.2
41 27 0:46 / /mnt/a\\040b rw - fuse.sshfs mara@host: rw
42 27 0:47 / /home rw - autofs systemd-1 rw
43 42 0:48 / /home rw - ext4 /dev/vdb rw
44 43 0:49 / /home/mara/far rw - cifs //nas/mara rw
45 27 0:50 / /mnt/teamwork rw - tmpfs tmpfs rw
nonsense
46 27 0:50 / /mnt - rw
"""


def test_what_is_mounted_is_read_with_its_kind_and_names_with_spaces():
    mounts = parse_mounts(INFO)
    assert len(mounts) == 9
    assert mounts[3] == Mount("/mnt/a b", "fuse.sshfs")


@pytest.mark.parametrize(
    ("folder", "below", "kind"),
    [
        ("/mnt/team", True, "nfs4"),
        ("/mnt/team/logs/deep", False, "nfs4"),
        ("/mnt/teamwork/logs", True, ""),
        ("/mnt/a b/c", False, "fuse.sshfs"),
        ("/home/mara/.claude", True, ""),
        ("/home/mara", True, "cifs"),
        ("/home/mara", False, ""),
        ("/srv", True, ""),
        ("/", True, "nfs4"),
        ("/", False, ""),
    ],
)
def test_a_folder_is_of_the_nearest_mount_above_it_and_of_those_inside(folder, below, kind):
    assert elsewhere(folder, parse_mounts(INFO), below=below) == kind


def test_of_two_mounts_with_one_place_the_later_counts():
    mounts = (Mount("/m", "ext4"), Mount("/m", "nfs"))
    assert elsewhere("/m/x", mounts, below=False) == "nfs"
    assert elsewhere("/m/x", mounts[::-1], below=False) == ""


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "lustre", "virtiofs"])
def test_what_a_server_or_a_program_stands_behind_reports_no_changes(kind):
    assert is_elsewhere(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "apfs", "autofs"])
def test_local_file_systems_do(kind):
    assert not is_elsewhere(kind)


def test_where_mounts_cannot_be_known_all_is_local(tmp_path):
    assert read_mounts(tmp_path / "none") == ()
    assert elsewhere("/any", (), below=True) == ""


def test_this_host_has_mounts_or_no_such_file():
    assert all(mount.point.startswith("/") and mount.kind for mount in read_mounts())
