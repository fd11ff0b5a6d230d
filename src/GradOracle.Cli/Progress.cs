using System.Runtime.InteropServices;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>A progress bar, where somebody watches and has waited for a second.</summary>
internal static class Progress
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public static T Show<T>(TextWriter output, Func<IProgress<double>?, T> work)
    {
        if (output is not PlainWriter { IsTerminal: true })
        {
            return work(null);
        }

        output.Flush();
        var share = new Share();
        var running = Task.Run(() => work(share));
        if (Task.WaitAny([running], s_patience) != 0)
        {
            Console.CancelKeyPress += (_, _) => AnsiConsole.Cursor.Show();
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => AnsiConsole.Cursor.Show());
            AnsiConsole.Progress().AutoClear(true).Start(context =>
            {
                var bar = context.AddTask("checking", maxValue: 1);
                while (!running.IsCompleted)
                {
                    bar.Value = share.Value;
                    Task.WaitAny([running], TimeSpan.FromMilliseconds(100));
                }
            });
        }

        return running.GetAwaiter().GetResult();
    }

    // Progress<T> would hand every report to the thread pool; the latest value is all a bar needs.
    private sealed class Share : IProgress<double>
    {
        private double _value;

        public double Value => Volatile.Read(ref _value);

        public void Report(double value) => Volatile.Write(ref _value, value);
    }
}
