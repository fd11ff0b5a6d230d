using System.Text.RegularExpressions;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The small faults of <c>tests/faults.txt</c> can all be put into the code as it is now.</summary>
public sealed partial class FaultListTests
{
    [Test]
    public void Every_fault_of_the_list_stands_in_its_file()
    {
        var (file, code, found) = ("", "", 0);
        List<string> gone = [];
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "faults.txt")))
        {
            if (line.StartsWith("src/", StringComparison.Ordinal))
            {
                (file, code) = (line, Dense(File.ReadAllText(Path.Combine(Repository.Root, line))));
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                found++;
                gone.AddRange(
                    code.Contains(Dense(line[2..]), StringComparison.Ordinal) ? [] : [$"{file}: {line[2..]}"]);
            }
        }

        Assert.That(gone, Is.Empty, "what is no longer there is no fault: tests/faults.txt is to follow the code");
        Assert.That(found, Is.GreaterThan(100));
    }

    private static string Dense(string text) => Space().Replace(text, "");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
