namespace WalParser.IO;

/// <summary>The device and the inode of a file or folder: they are equal for all paths that lead to it, also through bind mounts.</summary>
/// <param name="DeviceMajor">The major number of the device.</param>
/// <param name="DeviceMinor">The minor number of the device.</param>
/// <param name="Inode">The number of the inode.</param>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode);
