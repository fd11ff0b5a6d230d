using System.Text;
using GradOracle.Files;
using GradOracle.Messages;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace GradOracle.Cli;

/// <summary>The command as a process: its console, its provider of products, and the net below everything.</summary>
internal static class Start
{
    public static int Run(string[] arguments)
    {
        try
        {
            WarmUp.Begin(arguments);
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
            LinearAlgebraControl.Provider = new SpanProducts(); // for this process; it is ours
            return CommandLine.Run(
                arguments,
                InheritedDescriptor.IsClosed(1) ? new ClosedWriter() : Console.Out,
                InheritedDescriptor.IsClosed(2) ? new ClosedWriter() : Console.Error);
        }
#pragma warning disable CA1031 // below this the runtime prints a trace and chooses the exit code
        catch (Exception unexpected)
        {
            return SystemLimits.Refuse(
                Shortage.IsOfMemory(unexpected)
                    ? Shortage.Sentence
                    : $"it cannot be started here: {PlainText.Quote(unexpected.Message.TrimEnd('.'))}.");
        }
#pragma warning restore CA1031
    }

    /// <summary>What stands where a descriptor was closed before we came.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => ObjectDisposedException.ThrowIf(true, this);

        public override void Write(string? value) => ObjectDisposedException.ThrowIf(value is { Length: > 0 }, this);
    }
}
