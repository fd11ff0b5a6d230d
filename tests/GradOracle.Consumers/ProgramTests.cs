using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>The tests of TUnit are a program, which <c>dotnet test</c> does not run: this does.</summary>
[Platform(Exclude = "Win", Reason = "the commands are those of a Unix shell")]
public sealed class ProgramTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Test]
    public void The_tests_of_TUnit_pass()
    {
        var (code, output) = Shell.Run(
            Repository.Root, $"dotnet run --project tests/GradOracle.TUnit.Tests --no-build -c {Configuration} -- --ansi off");

        Assert.That(output, Does.Match("failed: 0\n +succeeded: [1-9]"), output);
        Assert.That(code, Is.Zero, output);
    }
}
