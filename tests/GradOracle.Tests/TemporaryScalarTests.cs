using Mono.Cecil;
using Mono.Cecil.Cil;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>A scalar that nobody holds may be collected while native code reads it.</summary>
/// <remarks>
/// TorchSharp's own methods make such scalars as well: those that convert a number, and those that call one of these.
/// The instructions tell which.
/// </remarks>
public sealed class TemporaryScalarTests
{
    private const string Converts = "TorchSharp.Scalar::op_Implicit";

    private static readonly HashSet<string> s_making = Making();

    [Test]
    public void Nothing_here_makes_a_scalar_that_is_not_held()
    {
        using var library = ModuleDefinition.ReadModule(typeof(GradientCheck).Assembly.Location);

        Assert.That(Calls(library, caller => !IsHeld(caller)), Is.Empty);
    }

    [Test]
    public void Sums_ranges_and_softplus_are_known_to_make_one()
    {
        using var tests = ModuleDefinition.ReadModule(typeof(TemporaryScalarTests).Assembly.Location);
        var here = Calls(tests, caller => caller.Name == nameof(MakingFive)).ToList();

        Assert.That(here, Has.Count.EqualTo(6), string.Join("; ", here)); // the number itself as well
        Assert.That(MakingFive(torch.ones(2)).shape, Is.EqualTo(new long[] { 2 }));
    }

    private static torch.Tensor MakingFive(torch.Tensor x) =>
        x.add(2).add(x).softplus().add(torch.arange(Scalars.Held));

    private static class Scalars
    {
        public static readonly Scalar Held = 2;
    }

    private static bool IsHeld(MethodDefinition caller) =>
        caller.DeclaringType.FullName.StartsWith("GradOracle.Torch.TorchScalars", StringComparison.Ordinal)
        || caller.IsConstructor && caller.IsStatic; // a static field is held

    private static IEnumerable<string> Calls(ModuleDefinition module, Func<MethodDefinition, bool> isAsked) =>
        from type in module.GetTypes()
        from method in type.Methods
        where method.HasBody && isAsked(method)
        from called in Called(method)
        where s_making.Contains(called.FullName) || called.FullName.Contains(Converts, StringComparison.Ordinal)
        select $"{method.FullName} calls {called.FullName}";

    private static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions
            .Where(one => one.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj)
            .Select(one => (MethodReference)one.Operand);

    // The conversions, and whatever calls one of those that are known, until nothing is added.
    private static HashSet<string> Making()
    {
        using var torchSharp = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        var methods = torchSharp.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).ToList();
        var calls = methods.ConvertAll(
            method => (method.FullName, Called: Called(method).Select(c => c.FullName).ToList()));
        var making = new HashSet<string>();
        var before = -1;
        while (making.Count > before)
        {
            before = making.Count;
            making.UnionWith(calls
                .Where(one => !one.FullName.Contains("TorchSharp.Scalar::", StringComparison.Ordinal))
                .Where(
                    one => one.Called.Exists(c => making.Contains(c) || c.Contains(Converts, StringComparison.Ordinal)))
                .Select(one => one.FullName));
        }

        return making;
    }
}
