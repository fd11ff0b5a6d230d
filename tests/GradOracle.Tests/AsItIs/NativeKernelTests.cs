using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace GradOracle.Tests.AsItIs;

/// <summary>A kernel of C, compiled here where there is a compiler.</summary>
public sealed class NativeKernelTests
{
    private const string Source = """
        void forward(float *y, const float *x, const float *w, const float *b, int B, int C, int OC) {
            for (int i = 0; i < B; i++)
                for (int o = 0; o < OC; o++) {
                    float sum = b[o];
                    for (int c = 0; c < C; c++) sum += x[i * C + c] * w[o * C + c];
                    y[i * OC + o] = sum;
                }
        }
        void backward(float *dx, float *dw, float *db, const float *dy, const float *x, const float *w, int B, int C, int OC) {
            for (int i = 0; i < B; i++)
                for (int o = 0; o < OC; o++) {
                    float d = dy[i * OC + o];
                    db[o] += d;
                    for (int c = 0; c < C; c++) {
                        dx[i * C + c] += w[o * C + c] * d;
                        dw[o * C + c] += x[i * C + c] * SPOILED(d);
                    }
                }
        }
        """;

    [Test]
    public void A_kernel_of_C_agrees_and_a_wrong_one_is_caught_on_its_weight_alone()
    {
        var (right, wrong) = (Check("d"), Check("(d+1)"));

        Assert.That(right.Verdict, Is.EqualTo(Verdict.Agrees), right.ToString());
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees), wrong.ToString());
        Assert.That(wrong.ToString(), Does.Match(@"inp \d+×\d+ +agrees   bias \d+×\d+ +agrees"));
    }

    private static unsafe CheckResult Check(string spoiled)
    {
        var library = NativeLibrary.Load(Compiled(spoiled)); // it stays: the report calls the kernel again
        var forward = (
            delegate* unmanaged<float*,
            float*,
            float*,
            float*,
            int,
            int,
            int,
            void>)NativeLibrary.GetExport(library, "forward");
        var backward = (
            delegate* unmanaged<float*,
            float*,
            float*,
            float*,
            float*,
            float*,
            int,
            int,
            int,
            void>)NativeLibrary.GetExport(library, "backward");
        return GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) =>
        {
            var (B, C, OC) = (x.Shape["B"], x.Shape["C"], x.Shape["OC"]);
            g.Accumulates();
            forward(g.Output, x["inp"], x["weight"], x["bias"], B, C, OC);
            backward(g["inp"], g["weight"], g["bias"], x.OutputGradient(g.Output), x["inp"], x["weight"], B, C, OC);
        }, new CheckOptions { Cases = 20, MaxSize = 6, Losses = [Samples.SquaredError] });
    }

    private static string Compiled(string spoiled)
    {
        var folder = Directory.CreateTempSubdirectory("gradoracle-native-").FullName;
        var (source, library) = (Path.Combine(folder, "kernel.c"), Path.Combine(folder, "kernel.so"));
        File.WriteAllText(source, $"#define SPOILED(d) {spoiled}\n{Source}");
        try
        {
            using var compiler = Process.Start("gcc", ["-O2", "-shared", "-fPIC", "-o", library, source]);
            compiler.WaitForExit();
            Assert.That(compiler.ExitCode, Is.Zero);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("there is no gcc here to compile the kernel with");
        }

        return library;
    }
}
