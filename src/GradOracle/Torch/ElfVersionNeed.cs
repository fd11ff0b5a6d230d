using System.Buffers.Binary;
using System.Text;

namespace GradOracle.Torch;

/// <summary>The symbol versions that a 64-bit little-endian ELF library requires of the libraries it links
/// to.</summary>
/// <remarks>Layout: the System V ABI (section headers) and the LSB core specification, "Symbol Versioning" (Verneed,
/// Vernaux).</remarks>
internal static class ElfVersionNeed
{
    private const uint SectionOfVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2;                   // VER_FLG_WEAK

    /// <summary>Marks the requirement of <paramref name="version"/> of <paramref name="library"/> weak, in
    /// place.</summary>
    /// <returns>Whether the image is such a library and has the requirement.</returns>
    public static bool Weaken(Span<byte> elf, string library, string version)
    {
        try
        {
            if (!elf.StartsWith("\u007fELF\u0002\u0001"u8))
            {
                return false;
            }

            var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
            var sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3a..]);
            var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]);
            for (var i = 0; i < sectionCount; i++)
            {
                var section = elf[(sections + i * sectionSize)..];
                if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == SectionOfVersionNeeds)
                {
                    var names =
                        elf[(sections + BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]) * sectionSize)..];
                    return Weaken(elf, Offset(section), elf[Offset(names)..], library, version);
                }
            }

            return false;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // truncated: not a library at all
        }
    }

    private static bool Weaken(Span<byte> elf, int need, ReadOnlySpan<byte> names, string library, string version)
    {
        while (true)
        {
            var entry = elf[need..];
            if (Name(names, BinaryPrimitives.ReadInt32LittleEndian(entry[4..])) == library)
            {
                return WeakenVersion(elf, need + BinaryPrimitives.ReadInt32LittleEndian(entry[8..]), names, version);
            }

            var next = BinaryPrimitives.ReadInt32LittleEndian(entry[12..]);
            if (next <= 0) // backwards would be without end
            {
                return false;
            }

            need += next;
        }
    }

    private static bool WeakenVersion(Span<byte> elf, int auxiliary, ReadOnlySpan<byte> names, string version)
    {
        while (true)
        {
            var entry = elf[auxiliary..];
            if (Name(names, BinaryPrimitives.ReadInt32LittleEndian(entry[8..])) == version)
            {
                var flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
                BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)(flags | WeakFlag));
                return true;
            }

            var next = BinaryPrimitives.ReadInt32LittleEndian(entry[12..]);
            if (next <= 0) // backwards would be without end
            {
                return false;
            }

            auxiliary += next;
        }
    }

    private static int Offset(ReadOnlySpan<byte> section) =>
        (int)BinaryPrimitives.ReadUInt64LittleEndian(section[0x18..]);

    private static string Name(ReadOnlySpan<byte> names, int offset)
    {
        var name = names[offset..];
        return Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
    }
}
