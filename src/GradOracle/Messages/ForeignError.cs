using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GradOracle.Messages;

/// <summary>What foreign code threw, in one line: what, and where in that code.</summary>
internal static class ForeignError
{
    private const int Frames = 3;
    private static readonly string[] s_others =
        ["System", "Microsoft", "MathNet", "TorchSharp", "netstandard", "mscorlib", "nunit", "GradOracle"];

    /// <summary>Type, message, and the first frames that are neither ours nor a library's, with file and
    /// line.</summary>
    public static string Sentence(Exception thrown)
    {
        while (thrown is TargetInvocationException or TypeInitializationException or AggregateException
            && thrown.InnerException is { } inner)
        {
            thrown = inner;
        }

        var all = new StackTrace(thrown, fNeedFileInfo: true).GetFrames();
        var frames = all.Where(IsTheirs).Take(Frames).Select(Place).ToList();
        var what = Misused(thrown, all) ?? (all.Length > 0 && IsOurs(all[0]) ? Plain(thrown)
            : SaysNothing(thrown) ? $"{Kind(thrown)} without a message"
            : $"{Kind(thrown)}: {Line(thrown)}");
        return $"{what}{(frames.Count > 0 ? $", in {string.Join(", called by ", frames)}" : "")}";
    }

    // Null, or a number out of range, that they gave to a method of ours: that it fell over inside says nothing to
    // anybody, which method it was does.
    private static string? Misused(Exception thrown, StackFrame[] all)
    {
        var within = all.SkipWhile(frame => !IsOurs(frame) && !IsTheirs(frame)).TakeWhile(IsOurs).ToList();
        var what = thrown is ArgumentNullException or NullReferenceException ? "null"
            : thrown is ArgumentOutOfRangeException && !IsOurs(all[0]) ? "a number out of range"
            : null;
        return what is not null && within.Count > 0 && within.Count < all.Length
            && within[^1].GetMethod() is { DeclaringType: { IsPublic: true } type } method
            ? $"{what} was given to {Called(method, type.Name.Split('`')[0])}"
            : null;
    }

    // As it stands in code: Node.Hadamard, g[…], g.Output. Optimised code may have a public method no more, but what
    // it calls.
    private static string Called(MethodBase method, string type) =>
        !method.IsPublic ? type
        : method.IsConstructor ? $"new {type}"
        : method.Name.StartsWith("op_", StringComparison.Ordinal) ? $"an operator of {type}"
        : method.Name is "get_Item" or "set_Item" ? $"{type}[…]"
        : $"{type}.{(method.IsSpecialName ? method.Name[4..] : method.Name)}";

    // The runtime's words for none.
    private static bool SaysNothing(Exception thrown) =>
        thrown.Message.Length == 0 || thrown.Message == $"Exception of type '{thrown.GetType().FullName}' was thrown.";

    // libtorch says what is wrong in the first line, and a trace of its own in the others.
    private static bool IsOfTorch(Exception thrown) => thrown is ExternalException;

    private static string Kind(Exception thrown) => IsOfTorch(thrown) ? "libtorch" : thrown.GetType().Name;

    private static string Line(Exception thrown) =>
        (IsOfTorch(thrown) ? thrown.Message.Split('\n')[0].Trim() : thrown.Message.ReplaceLineEndings(" "))
        .TrimEnd('.');

    // What we refuse is a sentence: neither its type nor our parameter's name says anything to anybody.
    private static string Plain(Exception thrown) =>
        (thrown is ArgumentException { ParamName: { } parameter }
        ? Line(thrown).Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
        : Line(thrown)).TrimEnd('.');

    private static bool IsOurs(StackFrame frame) =>
        frame.GetMethod()?.DeclaringType?.Assembly == typeof(ForeignError).Assembly;

    private static bool IsTheirs(StackFrame frame) => frame.GetMethod() is { DeclaringType: { } type }
        && type.Assembly.GetName().Name is { } assembly && !IsOfOthers(assembly);

    private static bool IsOfOthers(string assembly) =>
        !assembly.StartsWith("GradOracle.Tests", StringComparison.Ordinal)
        && s_others.Any(other => assembly == other || assembly.StartsWith($"{other}.", StringComparison.Ordinal));

    private static string Place(StackFrame frame)
    {
        var method = frame.GetMethod()!;
        var file = Path.GetFileName(frame.GetFileName());
        var line = file is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({file}:{frame.GetFileLineNumber()})");
        return $"{Written(method)}{line}";
    }

    /// <summary>The type that a person wrote: what the compiler makes for a lambda stands inside it.</summary>
    public static Type WrittenType(Type type)
    {
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    // The compiler calls a lambda of Foo <Foo>b__0, in a type <>c; Main of a file without one is <Main>$ itself.
    private static string Written(MethodBase method)
    {
        var (type, name) = (WrittenType(method.DeclaringType!), method.Name);
        var written = name.TrimStart('<');
        return written.Length < name.Length && written.IndexOf('>', StringComparison.Ordinal) is > 0 and var end
            ? $"{type.Name}.{written[..end]}"
            : $"{type.Name}.{name}";
    }
}
