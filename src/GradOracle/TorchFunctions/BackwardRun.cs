namespace GradOracle.TorchFunctions;

/// <summary>The whole check of one subject: conduct, slopes, second order, batch.</summary>
internal static class BackwardRun
{
    private const long MostEntriesInFull = 20_000;

    /// <summary>
    /// Runs it; what is wrong is a finding and never an exception. Leaves the subject as it found it.
    /// </summary>
    public static BackwardResult Of(TorchSubject subject, BackwardOptions options)
    {
        options.Validate(subject.Inputs.Length);
        var findings = new List<Conduct.Finding>();
        var summaries = new List<string>();
        try
        {
            using var pass = new AnalyticPass(subject);
            Compare(subject, pass, options, findings, summaries);
            if (options.Batch.Count > 0)
            {
                findings.AddRange(BatchConduct.Of(subject, pass, options));
            }

            if (options.SecondOrder && findings.Count == 0)
            {
                using var second = subject.Gradient(options.Seed, pass.Sizes, pass.Selected);
                using var secondPass = new AnalyticPass(second);
                Compare(second, secondPass, options, findings, summaries);
            }
        }
        catch (BackwardTrouble trouble)
        {
            findings.Add(new(Verdict.NotComparable, trouble.Message));
        }
        finally
        {
            subject.Restore();
        }

        var verdict = findings.Count == 0 ? Verdict.Agrees : findings.Max(f => f.Verdict);
        var summary = summaries.Count == 0 ? "there is nothing to compare" : string.Join("; ", summaries);
        return new(
            subject.Name, verdict, $"{summary}.", [.. findings.OrderByDescending(f => f.Verdict).Select(f => f.Text)]);
    }

    private static void Compare(
        TorchSubject subject, AnalyticPass pass, BackwardOptions options, List<Conduct.Finding> findings, List<string> summaries)
    {
        var first = Conduct.Of(subject, pass, options.Seed);
        findings.AddRange(first.Findings);
        var isFast = options.Fast ?? FullCheck.Size(subject, pass) > MostEntriesInFull;
        if (!isFast && first.Findings.Count == 0 && Conduct.OfZero(subject, pass) is { } zero)
        {
            findings.Add(zero);
        }

        var slopes = isFast ? new FastCheck(subject, pass, options, first).Run() : new FullCheck(subject, pass).Run();
        var what = isFast ? "random projections of the Jacobian" : "entries of the Jacobian";
        summaries.Add(slopes.Summary(subject.MissingIsZero ? $"{what} of the gradient" : what));
        if (slopes.Worst is { } worst)
        {
            findings.Add(new(worst.Verdict, worst.ToString()));
            findings.AddRange(slopes.Hints.Select(h => new Conduct.Finding(worst.Verdict, h)));
        }
    }
}
