using System.Buffers.Binary;

namespace GradOracle.Torch;

/// <summary>A 64-bit little-endian ELF library as a file.</summary>
/// <remarks>A library that is cut short is mapped all the same, and the process ends with a bus error where the missing
/// pages are used.</remarks>
internal static class ElfImage
{
    private const int HeaderLength = 64;

    /// <summary>How many bytes the file must have by what its own headers say; null where it is no such
    /// library.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static long? LengthByHeaders(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (RandomAccess.Read(file, header, 0) < HeaderLength || !header.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        var (programs, sections) = (Read64(header[0x20..]), Read64(header[0x28..]));
        var (programSize, programCount) = (Read16(header[0x36..]), Read16(header[0x38..]));
        var length = sections + Read16(header[0x3a..]) * Read16(header[0x3c..]);
        Span<byte> segment = stackalloc byte[0x38];
        programCount = programSize < segment.Length ? 0 : programCount; // a table that would be read over and over
        for (var i = 0; i < programCount && RandomAccess.Read(file, segment, programs + i * programSize) == segment.Length; i++)
        {
            length = Math.Max(length, Read64(segment[0x08..]) + Read64(segment[0x20..])); // offset + size in the file
        }

        return length;
    }

    private static int Read16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    // A size that is none must not turn negative in a sum.
    private static long Read64(ReadOnlySpan<byte> bytes) =>
        (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue / 4);
}
