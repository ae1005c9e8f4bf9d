# Berth's default profile: what a container has no business with, whatever its capabilities.
# It includes nothing, so that it compiles on a node without the distribution's abstractions.
profile @NAME@ flags=(attach_disconnected,mediate_deleted) {
  network,
  capability,
  file,
  umount,

  # Signals from the runtime and the node, and within the profile.
  signal (receive) peer=unconfined,
  signal (send, receive) peer=@NAME@,
  ptrace (trace, read, tracedby, readby) peer=@NAME@,

  deny mount,

  # Of /proc only the processes' own files and those of System V semaphores and queues are written.
  deny /proc/* w,
  deny /proc/[^0-9s]** w,
  deny /proc/s[^ey]** w,
  deny /proc/sysrq-trigger rwklx,
  deny /proc/kcore rwklx,
  deny /proc/sys/[^kn]** w,
  deny /proc/sys/kernel/[^ms]** w,
  deny /proc/sys/kernel/m[^s]** w,
  deny /proc/sys/kernel/s[^eh]** w,
  deny /proc/sys/kernel/sh[^m]** w,

  # Of /sys only cgroups are written.
  deny /sys/[^f]** wklx,
  deny /sys/f[^s]** wklx,
  deny /sys/fs/[^c]** wklx,
  deny /sys/fs/c[^g]** wklx,
  deny /sys/firmware/** rwklx,
  deny /sys/devices/virtual/powercap/** rwklx,
  deny /sys/kernel/security/** rwklx,
}
