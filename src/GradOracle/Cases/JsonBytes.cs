namespace GradOracle.Cases;

/// <summary>The bytes of a JSON file that somebody names: it may be a folder, a device, or too large.</summary>
internal static class JsonBytes
{
    /// <summary>The largest file read, in bytes: 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is too large.</exception>
    public static byte[] Read(string file, string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new BadInputException($"{file} {(Directory.Exists(path) ? "is a folder" : "does not exist")}: give the path of a JSON file.");
            }

            // A device has no length and perhaps no end: what counts is what comes.
            using var stream = File.OpenRead(path);
            var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > MaxBytes)
                {
                    throw new BadInputException($"{file} is larger than {MaxBytes} bytes, the most that is read.");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"{file} cannot be read: {error.Message.TrimEnd('.')}.");
        }
    }
}
