using System.Text;

namespace GradOracle.Onnx.Models;

/// <summary>A message in the wire format of protocol buffers: fields, each with its number.</summary>
internal sealed class Protobuf
{
    private const int Varint = 0;
    private const int Delimited = 2;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A whole number.</summary>
    public Protobuf Add(int field, long value)
    {
        WriteVarint((ulong)((field << 3) | Varint));
        WriteVarint((ulong)value);
        return this;
    }

    /// <summary>A text.</summary>
    public Protobuf Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A message within.</summary>
    public Protobuf Add(int field, Protobuf message) => Add(field, message.ToArray());

    /// <summary>Bytes.</summary>
    public Protobuf Add(int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint((ulong)((field << 3) | Delimited));
        WriteVarint((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A field for each.</summary>
    public Protobuf AddAll<T>(IEnumerable<T> all, Action<Protobuf, T> add)
    {
        foreach (var one in all)
        {
            add(this, one);
        }

        return this;
    }

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
