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
        while (thrown is TargetInvocationException or TypeInitializationException && thrown.InnerException is { } inner)
        {
            thrown = inner;
        }

        var all = new StackTrace(thrown, fNeedFileInfo: true).GetFrames();
        var frames = all.Where(IsTheirs).Take(Frames).Select(Place).ToList();
        var what = all.Length > 0 && IsOurs(all[0]) ? Plain(thrown, Line(thrown)) : $"{Kind(thrown)}: {Line(thrown)}";
        return $"{what}{(frames.Count > 0 ? $", in {string.Join(", called by ", frames)}" : "")}";
    }

    // libtorch says what is wrong in the first line, and a trace of its own in the others.
    private static bool IsOfTorch(Exception thrown) => thrown is ExternalException;

    private static string Kind(Exception thrown) => IsOfTorch(thrown) ? "libtorch" : thrown.GetType().Name;

    private static string Line(Exception thrown) =>
        (IsOfTorch(thrown) ? thrown.Message.Split('\n')[0].Trim() : thrown.Message.ReplaceLineEndings(" "))
        .TrimEnd('.');

    // What we refuse is a sentence: neither its type nor our parameter's name says anything to anybody.
    private static string Plain(Exception thrown, string message) =>
        thrown is ArgumentException { ParamName: { } parameter }
        ? message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
        : message;

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

    // The compiler calls a lambda of Foo <Foo>b__0, in a type <>c.
    private static string Written(MethodBase method)
    {
        var (type, name) = (WrittenType(method.DeclaringType!), method.Name);
        return name.StartsWith('<') && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end
            ? $"{type.Name}.{name[1..end]}"
            : $"{type.Name}.{name}";
    }
}
