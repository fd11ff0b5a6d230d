using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Names that would break a page which takes them for anything but text.</summary>
internal static class HostileNames
{
    /// <summary>A test case for each; a test's own name may not hold what these hold.</summary>
    public static IEnumerable<TestCaseData> Cases =>
        All.Select((name, i) => new TestCaseData(name).SetArgDisplayNames($"name {i}"));

    public static string[] All { get; } =
    [
        "<script>window.hacked=1</script>",
        "\"><img src=x onerror=window.hacked=1>",
        "' onmouseover='window.hacked=1",
        "]]></style></title></script><script>window.hacked=1</script>",
        "--><base href=//evil.invalid>&lt;b&amp;",
        "right \u202Eot tfel \u2066and back\u2069 zero\u200Bwidth",
        "control \0\a\u001B[31m\u007F\u0085 line\u2028end",
        string.Concat(Enumerable.Repeat("averylongname", 80)),
    ];

    /// <summary>How a page shows a name: what cannot be seen is named.</summary>
    public static string AsShown(string name) => string.Concat(
        name.Select(
            c => c is < ' ' or '\u007F' or '\u0085' or '\u200B' or '\u2028' or '\u202E' or '\u2066' or '\u2069'
                ? $"⟨U+{(int)c:X4}⟩"
                : c.ToString()));
}
