using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The folders of the library are the pipeline: each knows those before it.</summary>
/// <remarks>The public types share one namespace, so a type is told by the file that declares it.</remarks>
public sealed partial class ImportTests
{
    private static readonly string[] s_folders =
    [
        "Messages", "Files", "Numerics", "Torch", "Graphs", "Networks", "Cases", "Derivations", "Bounds", "Oracles", "Verdicts", "Diagnoses", "Updates", "TorchFunctions",
        "Fixtures", "Reports", "",
    ];

    private static readonly string s_library = Path.Combine(Repository.Root, "src", "GradOracle");

    [Test]
    public void Imports_run_one_way() => Assert.That(BackwardImports(Library(), FoldersOfTypes()), Is.Empty);

    [Test]
    public void An_import_that_runs_back_is_seen()
    {
        var folders = FoldersOfTypes();
        folders["Rational"] = "Reports"; // which an oracle knows

        Assert.That(BackwardImports(Library(), folders), Has.Some.Contains("(Oracles) knows Rational (Reports)"));
    }

    [Test]
    public void Every_type_of_the_library_has_its_folder() =>
        Assert.That(Library().Types.Where(IsOurs).Select(Outermost).Except(FoldersOfTypes().Keys), Is.Empty);

    [Test]
    public void Every_folder_is_in_the_order() =>
        Assert.That(FoldersOfTypes().Values.Distinct(), Is.EquivalentTo(s_folders));

    private static Architecture Library() => new ArchLoader().LoadAssembly(typeof(GradientCheck).Assembly).Build();

    private static IEnumerable<string> BackwardImports(Architecture library, Dictionary<string, string> folders) => (
        from type in library.Types
        let user = Outermost(type)
        where folders.ContainsKey(user)
        from dependency in type.Dependencies
            // those of one name are all taken for the first
        where IsOurs(dependency.Target) && dependency.Target is not GenericParameter
        let used = Outermost(dependency.Target)
        where folders.ContainsKey(used)
            && Array.IndexOf(s_folders, folders[used]) > Array.IndexOf(s_folders, folders[user])
        select $"{user} ({folders[user]}) knows {used} ({folders[used]})").Distinct().Order(StringComparer.Ordinal);

    private static bool IsOurs(IType type) => type.FullName.StartsWith("GradOracle.", StringComparison.Ordinal);

    // Nested types, those of the compiler included, belong to the type around them; the number of type parameters is no
    // part of the name.
    private static string Outermost(IType type)
    {
        var name = type.FullName.Split('+', '/')[0].Split('`')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private static Dictionary<string, string> FoldersOfTypes()
    {
        var folders = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(s_library, "*.cs", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(s_library, file).Split(Path.DirectorySeparatorChar);
            var text = File.ReadAllText(file);
            var indent = text.Contains("\nnamespace GradOracle.Graphs\n{", StringComparison.Ordinal) ? 4 : 0;
            foreach (var declared in path[0] is "bin" or "obj" ? [] : Declaration().Matches(text).Where(d => d.Groups[1].Length == indent))
            {
                folders.TryAdd(declared.Groups[2].Value, path.Length > 1 ? path[0] : "");
            }
        }

        return folders;
    }

    [GeneratedRegex(
        @"^( *)(?:(?:public|internal|file|private|protected|abstract|sealed|static|partial|readonly|ref|unsafe) )*(?:class|record struct|record|struct|interface|enum|delegate [^(]*?) ?(\w+)(?:<[^>]*>)?\s*[\r\n({:;]",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();
}
