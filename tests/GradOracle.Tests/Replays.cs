using GradOracle.Cli;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Here the command is at hand: what fails in these tests is replayed by it.</summary>
[SetUpFixture]
public sealed class Replays
{
    [OneTimeSetUp]
    public void By_the_command() => NUnit.GradientAssert.Replay = CommandReplay.Instance;
}
