using System.CommandLine;
using GradOracle.Mistakes;
using GradOracle.Oracles;

namespace GradOracle.Cli;

/// <summary><c>gradoracle list</c>: everything that has a name.</summary>
internal static class ListCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("list", "Names the networks, derivations, losses and oracles, with a line of mathematics each.");
        command.SetAction(_ =>
        {
            Section("Networks", Registry.Networks.All.Select(n => (n.Name, n.Summary)));
            Section("Derivations", Registry.Derivations.All.Where(d => d is not IMistake).Select(d => (d.Name, d.Summary)));
            Section("Losses", Loss.All.Select(l => (l.Name, l.Summary)));
            Section("Oracles", Oracle.All.All.Select(o => (o.Name, o.Summary)));
            Section("Mistakes: derivations wrong on purpose", Registry.Derivations.All.Where(d => d is IMistake).Select(m => (m.Name, ((IMistake)m).WrongLine)));
            return 0;
        });
        return command;

        void Section(string title, IEnumerable<(string Name, string Summary)> entries)
        {
            output.WriteLine(title);
            foreach (var (name, summary) in entries)
            {
                output.WriteLine($"  {name,-26} {summary}");
            }
        }
    }
}
