using GradOracle.Cases;
using GradOracle.Files;
using GradOracle.Networks;
using GradOracle.Verdicts;

namespace GradOracle.Fixtures;

/// <summary>The folder of approved fixtures: <c>network/loss.kind.shape.seed.verified.json</c>.</summary>
/// <remarks>The folder itself may be a link; links inside are not followed, for they lead out of it or in a
/// circle.</remarks>
internal sealed class FixtureStore
{
    /// <summary>The ending of an approved file.</summary>
    public const string Ending = ".verified.json";

    private static readonly EnumerationOptions s_withoutLinks = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    private readonly string _folder;

    /// <summary>A store in an existing folder.</summary>
    /// <exception cref="BadInputException">The folder does not exist.</exception>
    public FixtureStore(string folder)
    {
        _folder = Path.GetFullPath(folder);
        if (!Directory.Exists(_folder))
        {
            throw new BadInputException(
                $"Folder {folder} does not exist: name the folder that holds the fixtures with --folder.");
        }
    }

    /// <summary>The paths of all approved files below the folder, with <c>/</c>, in ordinal order.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(_folder, "*" + Ending, s_withoutLinks)
            .Select(f => Path.GetRelativePath(_folder, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>Files that no case of the catalogue names.</summary>
    public IReadOnlyList<string> Orphans(IEnumerable<CaseId> catalogue) =>
        [.. Files().Except(catalogue.Select(FileOf))];

    /// <summary>The file of a case, relative to the folder.</summary>
    public static string FileOf(CaseId name) => GradientFixture.PathOf(name) + Ending;

    /// <summary>Whether a case has an approved file.</summary>
    public bool Has(CaseId name) => File.Exists(PathOf(name));

    /// <summary>The full path of a case's approved file.</summary>
    /// <exception cref="BadInputException">It lies outside the folder or behind a link, or has the name of a
    /// device.</exception>
    public string PathOf(CaseId name)
    {
        var path = Path.GetFullPath(Path.Combine(_folder, FileOf(name)));
        if (!path.StartsWith(
                _folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BadInputException($"Case \"{name}\" has its file outside the folder of fixtures: the name of a network is letters, digits and hyphens.");
        }

        var below = _folder;
        foreach (var part in Path.GetRelativePath(_folder, path).Split(Path.DirectorySeparatorChar))
        {
            below = Path.Combine(below, part);
            if (FileTarget.IsDeviceName(part))
            {
                throw new BadInputException($"Case \"{name}\" has its file at {part}, which is the name of a device on Windows: rename the network.");
            }

            if (new FileInfo(below).LinkTarget is not null)
            {
                throw new BadInputException($"Fixture {FileOf(name)} lies behind the link {below}, and links are not followed among fixtures: put the file itself there.");
            }
        }

        return path;
    }

    /// <summary>Reads the fixture of a case.</summary>
    /// <exception cref="BadInputException">There is none, it cannot be read, or it is another case's.</exception>
    public GradientFixture Read(CaseId name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var file = FileOf(name);
        var fixture = FixtureText.Read(file, JsonBytes.Read($"Fixture {file}", PathOf(name)), Named.Only(name.Network));
        return fixture.Name == name
            ? fixture
            : throw new BadInputException($"Fixture {file} holds the case {fixture.Name}: regenerate it.");
    }

    /// <summary>Computes the fixture of a case anew, and whether the derivation and autograd agree on the case: else
    /// nothing may be approved.</summary>
    public static (GradientFixture Fixture, CaseComparison Comparison) Compute(CaseId name, Derivation derivation)
    {
        ArgumentNullException.ThrowIfNull(name);
        var comparison = Comparison.Of(derivation, CaseGenerator.Generate(name));
        // managed code rounds alike on every machine
        return (new(name, comparison.Case, comparison.Received), comparison.Describe(0));
    }

    /// <summary>Holds the approved file of a case against a fixture computed anew.</summary>
    public FixtureChange Compare(GradientFixture computed)
    {
        ArgumentNullException.ThrowIfNull(computed);
        var file = FileOf(computed.Name);
        if (!Has(computed.Name))
        {
            return new(file, "new", []);
        }

        GradientFixture approved;
        try
        {
            approved = Read(computed.Name);
        }
        catch (BadInputException unreadable)
        {
            return new(file, $"unreadable: {unreadable.Message}", []);
        }

        if (!approved.HasInputsOf(computed.Case))
        {
            return new(file, "other inputs", []);
        }

        // A real value within the rounding bound of the approved one is no change: another processor adds in another
        // order.
        var comparison = FixtureCheck.Compare(approved, computed.Results);
        return comparison.Verdict == Verdict.Agrees
            ? new(file, approved.IsNamedAsWritten ? null : "name", [])
            : new(
                file,
                "changed",
                [.. comparison.Tensors.Prepend(comparison.Forward).Where(t => t.Verdict != Verdict.Agrees)]);
    }

    /// <summary>Writes a fixture: a temporary file, then a rename, so that an interrupted run leaves the old file or
    /// the new one.</summary>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public void Write(GradientFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var path = PathOf(fixture.Name);
        AtomicFile.CreateFolderOf(path);
        AtomicFile.Write(path, FixtureText.Of(fixture));
    }

    /// <summary>Deletes a file that no case names.</summary>
    public void Delete(string orphan) => File.Delete(Path.Combine(_folder, orphan));
}

/// <summary>What regenerating one file would change.</summary>
/// <param name="File">The file, relative to the folder of fixtures.</param>
/// <param name="What">What happens to it; null where nothing does.</param>
/// <param name="Tensors">The results that change, with the largest change of each.</param>
internal sealed record FixtureChange(string File, string? What, IReadOnlyList<TensorComparison> Tensors);
