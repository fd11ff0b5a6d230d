using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GradOracle.Cases;
using GradOracle.Cli;
using GradOracle.Gallery;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The command as its users meet it: output, sentences, exit codes.</summary>
public sealed class CommandTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_check_that_agrees_exits_with_0_and_says_so()
    {
        var (code, output, error) = Run("check", "--cases", "5", "--derivation", Samples.Other);

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            output,
            Does.Contain("✓ shared-weight-batch against autograd on shared-weight in float64: all 55 cases agree"));
    }

    [Test]
    public void A_check_that_disagrees_exits_with_1_and_prints_a_replay_that_fails_too()
    {
        var (code, output, _) = Run(
            "check", "--derivation", "missing-x1-contribution", "--cases", "5", "--kind", "exact");
        var replay = output.Split('\n').First(l => l.StartsWith("  replay: gradoracle ", StringComparison.Ordinal));
        var name = replay.Split('"')[1];

        var (replayed, again, _) = Run("check", "--derivation", "missing-x1-contribution", "--case", name);

        Assert.That((code, replayed), Is.EqualTo((1, 1)));
        Assert.That(replay, Does.Contain("--derivation missing-x1-contribution --case"));
        Assert.That(output, Does.Contain(again.TrimEnd()));
    }

    [Test]
    public void An_inconclusive_case_fails_unless_it_is_allowed()
    {
        // Ŷ = 0.1 · 0.3 + 0.1 · 0.2 up to rounding, and so is T: nothing of G but rounding.
        var file = Write(CaseJson("""{ "n": 1, "h": 1, "m": 1, "B": 1 }""", """{ "Wx": [[0.1]], "Wh": [[0.3]], "Wy": [[1]], "X1": [[1]], "X2": [[0.2]], "T": [[0.05]] }"""));

        Assert.That(Run("check", "--case-file", file).Code, Is.EqualTo(1));
        Assert.That(Run("check", "--case-file", file).Output, Does.StartWith("? ").And.Contain("inconclusive"));
        Assert.That(
            Run("check", "--case-file", file, "--allow-inconclusive", "--derivation", Samples.Other).Code, Is.Zero);
    }

    [Test]
    public void The_json_result_is_the_same_for_any_number_of_threads_and_in_any_culture()
    {
        var derivation = Catalog.Derivations.Find("missing-x1-contribution");
        var one = Json(1);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "−", NumberGroupSeparator = "." } };
            Assert.That(Json(4), Is.EqualTo(one));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        string Json(int threads) => JsonReport.Of(
            Samples.Check(derivation, new CheckOptions { Cases = 20, Threads = threads, FindingsKept = 10 }));
    }

    [Test]
    public void All_oracles_may_be_asked_and_one_that_cannot_serve_says_why()
    {
        var (code, output, _) = Run(
            "check", "--cases", "3", "--max-dim", "3", "--oracles", "all", "--derivation", Samples.Other);

        Assert.That(code, Is.Zero, output);
        Assert.That(
            output,
            Does.Contain(
                "complex-step not applicable to absolute-error exact: an absolute value has no complex derivative\n"));
    }

    [Test]
    public void All_networks_are_checked_in_one_command_and_one_json_file()
    {
        var target = Path.Combine(_folder, "all.json");

        var (code, output, _) = Run(
            "check", "--network", "all", "--cases", "2", "--max-dim", "3", "--loss", "squared-error", "--json", target);

        // Whether all agree is what other tests ask, of each network its own.
        var checks = JsonReport.Read(target).Checks;
        var wrong = checks.Count(c => c.Verdict != Verdict.Agrees);
        Assert.That(code, Is.EqualTo(wrong == 0 ? 0 : 1), output);
        Assert.That(checks.Select(c => c.Network), Is.EqualTo(Catalog.Networks.All.Select(n => n.Name)));
        Assert.That(
            output.Split('\n')
                .Where(line => line.Length > 0)
                .Skip(1)
                .Select(line => line.Split(' ')[0])
                .Where(word => checks.Any(c => c.Network == word)),
            Is.EqualTo(checks.Select(c => c.Network)));
        Assert.That(output, Does.Contain(
            wrong == 0 ? $"✓ all {checks.Count} checks agree.\n" : $"✗ {wrong} of {checks.Count} checks do not agree"));
    }

    [Test]
    public void Several_networks_are_shown_in_full_on_request()
    {
        var (code, output, _) = Run(
            "check", "--network", "stacked,untied", "--cases", "2", "--max-dim", "3", "--loss", "mse", "--details");

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("mean-squared-error").And.Contain("✓ stacked against autograd").And.Contain("✓ untied against autograd").And.Not.Contain("squared-error exact     2      1     2           0   2^-12\n\nsquared"));
    }

    [Test]
    public void Losses_may_be_several_and_abbreviated()
    {
        var target = Path.Combine(_folder, "losses.json");

        var (code, output, _) = Run(
            "check",
            "--cases",
            "2",
            "--max-dim",
            "3",
            "--loss",
            "mse,hub",
            "--kind",
            "real,exact",
            "--json",
            target,
            "--derivation",
            Samples.Other);

        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        Assert.That(code, Is.Zero, output);
        Assert.That(
            json.RootElement.GetProperty("checks")[0].GetProperty("suites").EnumerateArray().Select(
                s => s.GetProperty("loss").GetString()).Distinct(),
            Is.EqualTo(new[] { "mean-squared-error", "huber" }));
    }

    [Test]
    public void The_command_alone_and_help_explain_it()
    {
        var (alone, text, _) = Run();
        var (help, same, _) = Run("help");
        var (ofCheck, check, _) = Run("help", "check");

        Assert.That((alone, help, ofCheck), Is.EqualTo((0, 0, 0)));
        Assert.That(text, Does.Contain("Start with: gradoracle check").And.EqualTo(same));
        Assert.That(check, Does.Contain("check [options]"));
    }

    [Test]
    public void A_kind_of_things_is_listed_alone()
    {
        var (code, output, _) = Run("list", "losses");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.StartWith("Losses\n").And.Contain("huber").And.Not.Contain("autograd"));
    }

    [Test]
    public void A_gradient_comes_with_the_loss_and_the_verdict()
    {
        const string Case = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020";
        var (_, right, _) = Run("gradient", "--case", Case, "--derivation", Samples.Other);
        var (_, wrong, _) = Run("gradient", "--case", Case, "--derivation", "answer-2");

        Assert.That(
            right,
            Does.Contain("  derivation 13083714849460.5\n  autograd   13083714849460.5\n").And.EndWith(
                "✓ shared-weight-batch and autograd: agrees\n"));
        Assert.That(wrong, Does.EndWith("✗ answer-2 and autograd: not comparable\n"));
    }

    [TestCase("There is no option \"--derivaton\" of gradoracle check: did you mean --derivation? Or see gradoracle check --help.", "check", "--derivaton", "answer-1")]
    [TestCase("There is no command \"chek\" of gradoracle: did you mean check? Or see gradoracle --help.", "chek")]
    [TestCase("\"n=2\" stands alone: quote the whole name of the case", "check", "--case", "shared-weight/squared-error", "n=2", "h=3")]
    [TestCase("gradoracle mistakes has no use for \"answer-1\"; see gradoracle mistakes --help.", "mistakes", "answer-1")]
    [TestCase("--cases is \"many\": it must be a whole number; see gradoracle check --help.", "check", "--cases", "many")]
    [TestCase("--seed is \"-4\": it must be a whole number from 0 up; see gradoracle check --help.", "check", "--seed", "-4")]
    [TestCase("layer-norm with huber has no exact cases: a smooth function takes integers off the lattice; take the real kind.", "check", "--network", "layer-norm", "--loss", "huber", "--kind", "exact")]
    public void A_word_that_nothing_expects_is_named_itself(string sentence, params string[] arguments) =>
        RequireBadInput(sentence, arguments);

    [Test]
    public void A_derivation_of_one_network_cannot_be_asked_of_all() =>
        RequireBadInput(
            "--derivation untied belongs to one network, and --network all asks for several",
            "check",
            "--network",
            "all",
            "--derivation",
            "untied");

    [Test]
    public void An_examination_is_in_the_json_result_too()
    {
        var target = Path.Combine(_folder, "wrong.json");

        Run("check", "--derivation", "answer-2", "--cases", "2", "--loss", "squared-error", "--json", target);

        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        var examination = json.RootElement.GetProperty("cases")[0];
        Assert.That(
            examination.GetProperty("diagnosis")[0].GetProperty("sentence").GetString(),
            Is.EqualTo("Wx stands in place of Wh in ∂L/∂H1"));
        Assert.That(examination.GetProperty("oddOneOut").GetString(), Is.EqualTo("derivation"));
        Assert.That(examination.GetProperty("smallest").GetProperty("name").GetString(), Does.EndWith("k=1"));
    }

    [Test]
    public void The_question_is_explained()
    {
        var (explained, explanation, _) = Run("explain");

        Assert.That(explained, Is.Zero);
        Assert.That(explanation, Does.Contain("answer-1 says").And.Contain("answer-3 says").And.Contain("at the comment's sizes agrees, at equal sizes agrees").And.Contain("one contribution for each use of Wx"));
    }

    [TestCase("exact float64 seed=1 k=0", "has k=0: k is the largest integer drawn, a whole number from 1 up.")]
    [TestCase("exact float64 seed=1 k=99999999", "does not exist: at this shape integers stay exact in float64 up to k=")]
    [TestCase("real float64 seed=1 k=3", "is real and has a k: only exact cases have integers in −k..k; leave it out.")]
    [TestCase("exact float64 seed=1 k=99999999999", "has k=99999999999: k is the largest integer drawn")]
    public void A_k_that_cannot_be_is_refused_in_a_sentence(string ending, string sentence)
    {
        var (code, _, error) = Run("check", "--case", $"shared-weight/squared-error n=2 h=3 m=1 B=1 {ending}");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(sentence));
    }

    [TestCase("autogrd", "There is no oracle \"autogrd\": did you mean \"autograd\"?")]
    [TestCase("complex-step,", "There is no oracle \"\".")]
    public void An_unknown_oracle_is_refused_with_the_nearest_name(string names, string sentence)
    {
        var (code, _, error) = Run("check", "--oracles", names);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"gradoracle: {sentence}"));
    }

    [Test]
    public void The_json_file_holds_what_the_table_shows()
    {
        var target = Path.Combine(_folder, "result.json");

        var (_, output, _) = Run(
            "check", "--cases", "4", "--loss", "projection", "--json", target, "--derivation", Samples.Other);

        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        var suites = json.RootElement.GetProperty("checks")[0].GetProperty("suites");
        var rows = output.Split('\n').Where(l => l.StartsWith("projection ", StringComparison.Ordinal)).Select(
            l => Regex.Split(l.Trim(), " +")).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("agrees"));
            Assert.That(
                suites.EnumerateArray().Select(s => s.GetProperty("counts").GetProperty("agrees").GetInt32()),
                Is.EqualTo(new[] { 4, 4 }));
            Assert.That(
                rows.Select(r => r[1]),
                Is.EqualTo(suites.EnumerateArray().Select(s => s.GetProperty("kind").GetString())));
            Assert.That(rows.Select(r => r[2]), Is.All.EqualTo("4"));
            Assert.That(
                rows.Select(r => r[3]),
                Is.EqualTo(suites.EnumerateArray().Select(s => $"{s.GetProperty("shapes").GetArrayLength()}")));
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "no temporary file stays");
        });
    }

    [Test]
    public void A_report_is_written_as_its_ending_says_and_more_than_one_may_be()
    {
        var (json, page, markdown) = (
            Path.Combine(_folder, "a.json"), Path.Combine(_folder, "a.HTML"), Path.Combine(_folder, "a.md"));

        var (code, output, _) = Run(
            "check",
            "--derivation",
            "missing-x1-contribution",
            "--cases",
            "2",
            "--loss",
            "squared-error",
            "--report",
            json,
            "--report",
            page,
            "--report",
            markdown);

        var report = JsonReport.Read(json);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(
                report.Title,
                Is.EqualTo("gradoracle check --derivation missing-x1-contribution --loss squared-error --cases 2"));
            Assert.That(output, Does.EndWith($"✗ {report.Sentence}\n"));
            Assert.That(File.ReadAllText(page), Is.EqualTo(Rendering.Html.Of(report)));
            Assert.That(File.ReadAllText(markdown), Is.EqualTo(MarkdownReport.Of(report)));
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3), "no temporary file stays");
        });
    }

    [TestCase("--cases 2 --loss squared-error --derivation missing-x1-contribution")]
    [TestCase("--cases 2 --network stacked,untied,elman-tanh,layer-norm --max-dim 3 --loss projection")]
    public void Report_prints_what_check_printed_but_for_the_speed(string options)
    {
        var target = Path.Combine(_folder, "a.json");

        var (_, checkedNow, _) = Run(["check", .. options.Split(' '), "--report", target]);
        var (code, readAgain, _) = Run("report", target);

        // The last column, and the blanks before it.
        var withoutSpeed = Regex.Replace(
            checkedNow,
            "^((?:loss|network) .*?|\\S+ +(?:exact|real|\\d+) +\\d.*?) +\\S+$",
            "$1",
            RegexOptions.Multiline);
        Assert.That((code, readAgain), Is.EqualTo((0, withoutSpeed)));
    }

    [Test]
    public void Report_gives_every_form_and_writes_what_the_ending_of_the_output_says()
    {
        var target = Path.Combine(_folder, "a.json");
        File.WriteAllText(target, JsonReport.Of(Samples.Wrong));

        Assert.Multiple(() =>
        {
            foreach (var rendering in Rendering.All)
            {
                var written = Path.Combine(_folder, $"b.{rendering.Name}");
                Assert.That(
                    Run("report", target, "--to", rendering.Name), Is.EqualTo((0, rendering.Of(Samples.Wrong), "")));
                Assert.That(Run("report", target, "--output", written), Is.EqualTo((0, "", "")));
                Assert.That(File.ReadAllText(written), Is.EqualTo(rendering.Of(Samples.Wrong)));
            }
        });
    }

    [Test]
    public void Report_diff_exits_with_1_where_the_later_run_is_worse_and_else_with_0()
    {
        var (wrong, right) = (Path.Combine(_folder, "wrong.json"), Path.Combine(_folder, "right.json"));
        File.WriteAllText(wrong, JsonReport.Of(Samples.Wrong));
        File.WriteAllText(
            right, JsonReport.Of(Samples.Wrong with { Cases = [], Checks = [], Verdict = Verdict.Agrees }));

        var (worse, said, _) = Run("report", "diff", right, wrong);
        var (better, _, _) = Run("report", "diff", wrong, right);
        var (same, _, _) = Run(
            "report", "diff", wrong, wrong, "--to", "md", "--output", Path.Combine(_folder, "diff.md"));

        Assert.That((worse, better, same), Is.EqualTo((1, 0, 0)));
        Assert.That(
            said, Does.StartWith("✗ check added: missing-x1-contribution on shared-weight\n    after:  disagrees\n"));
        Assert.That(File.ReadAllText(Path.Combine(_folder, "diff.md")), Is.EqualTo("## ✓ no change.\n"));
    }

    [TestCase("{ \"schema\": \"gradoracle-report/1\", ", "is not valid JSON at line 1")]
    [TestCase("{ \"schema\": \"gradoracle-report/9\" }", "its schema is \"gradoracle-report/9\"; this version reads \"gradoracle-report/1\".")]
    [TestCase("{ \"network\": \"shared-weight\" }", "it is no report of gradoracle")]
    public void A_report_that_is_none_gets_one_sentence_and_exit_code_2_and_leaves_an_earlier_output_as_it_was(string text, string sentence)
    {
        var (file, output) = (Write(text), Path.Combine(_folder, "page.html"));
        File.WriteAllText(output, "earlier");

        RequireBadInput(sentence, "report", file, "--output", output);
        RequireBadInput(sentence, "report", "diff", file, file);
        Assert.That(File.ReadAllText(output), Is.EqualTo("earlier"));
    }

    [Test]
    public void A_check_that_cannot_be_done_leaves_an_earlier_report_as_it_was()
    {
        var target = Path.Combine(_folder, "page.html");
        File.WriteAllText(target, "earlier");

        RequireBadInput("There is no loss", "check", "--loss", "none", "--report", target);

        Assert.That(File.ReadAllText(target), Is.EqualTo("earlier"));
    }

    [Test]
    public void The_summary_of_a_job_is_added_to_and_nothing_else_is_written()
    {
        var summary = Path.Combine(_folder, "summary.md");
        File.WriteAllText(summary, "before\n");
        Environment.SetEnvironmentVariable(ReportTargets.SummaryVariable, summary);
        try
        {
            Run("check", "--cases", "1", "--loss", "projection", "--derivation", Samples.Other);
            Run("check", "--cases", "1", "--loss", "projection", "--derivation", "missing-x1-contribution");

            Environment.SetEnvironmentVariable(ReportTargets.SummaryVariable, "/nowhere/summary.md");
            RequireBadInput("File /nowhere/summary.md cannot be written", "check", "--cases", "1");
        }
        finally
        {
            Environment.SetEnvironmentVariable(ReportTargets.SummaryVariable, null);
        }

        Assert.That(File.ReadAllText(summary), Does.StartWith("before\n## ✓ `gradoracle check --derivation shared-weight-batch --loss projection --cases 1`\n").And.Contain("## ✗ `gradoracle check --derivation missing-x1-contribution"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_single_case_is_reported_with_its_matrices()
    {
        var target = Path.Combine(_folder, "a.json");

        Run("check", "--derivation", "missing-x1-contribution", "--case", CaseId.Example, "--report", target);

        var report = JsonReport.Read(target);
        Assert.That(
            report.Title,
            Is.EqualTo($"gradoracle check --derivation missing-x1-contribution --case \"{CaseId.Example}\""));
        Assert.That(report.Cases.Single().Gradients[0].Map!.Entries, Has.Count.EqualTo(3));
        Assert.That(report.Cases[0].Smallest!.Name, Does.EndWith("k=1"));
    }

    [Test]
    public void Gradient_prints_both_gradients_of_a_case_file_in_full()
    {
        var file = Write(CaseJson(
            """{ "n": 1, "h": 2, "m": 1, "B": 1 }""",
            """{ "Wx": [[1], [2]], "Wh": [[1, 2], [3, 4]], "Wy": [[1, -1]], "X1": [[3]], "X2": [[5]], "T": [[-4]] }"""));
        var target = Path.Combine(_folder, "gradient.json");

        var (code, output, _) = Run("gradient", "--case-file", file, "--json", target, "--derivation", Samples.Other);

        // H1 = [3 6]ᵀ, H2 = [15 33]ᵀ + [5 10]ᵀ = [20 43]ᵀ, Ŷ = −23, G = −19, D2 = [−19 19]ᵀ, D1 = [38 38]ᵀ,
        // ∂Wx = 3 D1 + 5 D2 = [19 209]ᵀ.
        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero);
            Assert.That(
                output, Does.Contain("∂L/∂Wx  2×1\n  derivation\n     19\n    209\n  autograd\n     19\n    209\n"));
            Assert.That(
                json.RootElement.GetProperty("autograd").GetProperty("Wx").ToString(),
                Does.Match(@"^\[\s*\[\s*19\s*\],\s*\[\s*209\s*\]\s*\]$"));
            Assert.That(
                json.RootElement.GetProperty("derivation").GetProperty("output")[0][0].GetDouble(), Is.EqualTo(-23));
        });
    }

    [Test]
    public void A_case_file_of_integers_is_exact_and_one_with_a_fraction_is_real()
    {
        var sizes = """{ "n": 1, "h": 1, "m": 1, "B": 1 }""";
        var exact = Write(CaseJson(sizes, """{ "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] }"""));
        Assert.That(CaseFile.Read(exact, Catalog.Networks).Kind, Is.EqualTo(CaseKind.Exact));

        var real = Write(CaseJson(sizes, """{ "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4.5]], "X2": [[5]], "T": [[6]] }"""));
        Assert.That(CaseFile.Read(real, Catalog.Networks).Kind, Is.EqualTo(CaseKind.Real));

        var large = Write(CaseJson(sizes, """{ "Wx": [[1e9]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] }"""));
        Assert.That(CaseFile.Read(large, Catalog.Networks).Kind, Is.EqualTo(CaseKind.Real), "off the lattice");
    }

    [TestCase("check --network shared-wieght", "There is no network \"shared-wieght\": did you mean \"shared-weight\"?")]
    [TestCase("check --derivation shared-weigth", "There is no derivation \"shared-weigth\": did you mean \"shared-weight\"?")]
    [TestCase("check --loss sqared-error", "There is no loss \"sqared-error\": did you mean \"squared-error\"?")]
    [TestCase("check --kind precise", "--kind is \"precise\": it must be exact, real or both.")]
    [TestCase("check --dtype float16", "--dtype is \"float16\": it must be float64, float32 or both.")]
    [TestCase("check --cases 0", "The number of cases is 0: it must be from 1 to")]
    [TestCase("check --cases many", "--cases is \"many\": it must be a whole number")]
    [TestCase("check --max-dim -3", "The largest size is -3: it must be from 1 to 1024.")]
    [TestCase("check --max-dim 1025", "The largest size is 1025: it must be from 1 to 1024.")]
    [TestCase("check --seed -1", "--seed is \"-1\": it must be a whole number from 0 up")]
    [TestCase("check --nonsense", "no option \"--nonsense\" of gradoracle check; see")]
    [TestCase("chek", "did you mean check?")]
    [TestCase("gradient", "needs one case")]
    [TestCase("check --case-file case.json --loss projection", "--loss draws cases, and --case or --case-file names one")]
    [TestCase("gradient --case-file case.json --json ./case.json", "--json would replace the case file case.json")]
    [TestCase("check --case-file .", "Case file . is a folder")]
    [TestCase("check --case-file /nowhere/case.json", "Case file /nowhere/case.json does not exist")]
    [TestCase("check --json /nowhere/result.json", "File /nowhere/result.json cannot be written")]
    [TestCase("check --json /", "File / cannot be written")]
    [TestCase("check --report report.txt", "Report \"report.txt\" has no ending that says what it is to be: end it in .html, .md or .json.")]
    [TestCase("check --report report", "Report \"report\" has no ending")]
    [TestCase("check --report /nowhere/report.html", "File /nowhere/report.html cannot be written")]
    [TestCase("check --report a.html --json ./a.html", "File a.html is to be written twice: give another path for one of the reports.")]
    [TestCase("check --case-file case.json --report ./case.json", "--report would replace the case file case.json")]
    [TestCase("report", "gradoracle report needs a report: give the path of a JSON file.")]
    [TestCase("report /nowhere/report.json", "Report /nowhere/report.json does not exist")]
    [TestCase("report .", "Report . is a folder")]
    [TestCase("report report.json --to pdf", "--to is \"pdf\": it must be terminal, html, md or json.")]
    [TestCase("report report.json --output report.pdf", "Report \"report.pdf\" has no ending")]
    [TestCase("report report.json --output ./report.json", "--output would replace the report report.json: give another path.")]
    [TestCase("report report.json --to html --output /nowhere/page.html", "File /nowhere/page.html cannot be written")]
    [TestCase("report diff before.json", "gradoracle report diff needs AFTER")]
    [TestCase("report merge", "gradoracle report merge needs FILES")]
    [TestCase("fixtures", "gradoracle fixtures needs a command: list, verify, regenerate")]
    [TestCase("check --case", "--case says nothing: give its value")]
    [TestCase("check --cases 2 --cases 3", "--cases is given 2 times: give it once")]
    [TestCase("check --cases 99999999999", "--cases is \"99999999999\": it must be a whole number, at most 2147483647")]
    [TestCase("check --seed 99999999999999999999", "it must be a whole number from 0 up, at most 18446744073709551615")]
    [TestCase("list --network nosuch", "There is no option \"--network\" of gradoracle list")]
    [TestCase("check --network nosuch", "There is no network \"nosuch\". gradoracle list networks names all ")]
    [TestCase("report diff a.json b.json --to html", "--to is \"html\": it must be terminal, md or json.")]
    [TestCase("report diff a.json b.json --output ./b.json --to json", "--output would replace the report b.json: give another path.")]
    [TestCase("report diff /nowhere/a.json b.json", "Report /nowhere/a.json does not exist")]
    public void Bad_input_gets_one_sentence_and_exit_code_2(string line, string sentence) =>
        RequireBadInput(sentence, line.Split(' '));

    [TestCase("n=2", "is not a case name: write it like")]
    [TestCase("", "is not a case name")]
    [TestCase("shared-weight/squared-error n=2 h=3 m=1 exact float64 seed=1", "names the dimensions n h m; shared-weight has n h m B")]
    [TestCase("shared-weight/squared-error n=2 h=0 m=1 B=1 exact float64 seed=1", "Size h=0 is out of range")]
    [TestCase("shared-weight/squared-error n=2 h=-3 m=1 B=1 exact float64 seed=1", "Size h=-3 is out of range")]
    [TestCase("shared-weight/squared-error n=2000 h=3 m=1 B=1 exact float64 seed=1", "Size n=2000 is out of range: a size is a whole number from 1 to 1024.")]
    [TestCase("shared-weight/squared-error n=2 h=99999999999 m=1 B=1 exact float64 seed=1", "out of range")]
    [TestCase("shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=99999999999999999999", "has a seed that is not a whole number")]
    [TestCase("shared-weight/squared-error n=60 h=60 m=60 B=60 exact float32 seed=1", "no integers stay exact in float32 at this shape")]
    public void A_malformed_case_name_gets_one_sentence_and_exit_code_2(string name, string sentence) =>
        RequireBadInput(sentence, "check", "--case", name);

    private const string Sizes = """{ "n": 2, "h": 1, "m": 1, "B": 1 }""";

    [TestCase("", "is not valid JSON")]
    [TestCase("{ \"network\": \"shared-weight\",", "is not valid JSON at line 1")]
    [TestCase("[]", "the file must be a JSON object")]
    [TestCase("{}", "the file lacks the key \"network\"")]
    [TestCase("{ \"network\": 1, \"loss\": \"projection\", \"shape\": {}, \"tensors\": {} }", "\"network\" must be a string")]
    [TestCase("{ \"network\": \"shared-weight\", \"colour\": 1 }", "the unknown key \"colour\"")]
    [TestCase("{ \"network\": \"a\", \"network\": \"b\" }", "is not valid JSON")]
    public void A_file_that_is_no_case_gets_one_sentence_and_exit_code_2(string text, string sentence) =>
        RequireBadInput(sentence, "check", "--case-file", Write(text));

    [TestCase("""{ "n": 2, "h": 0, "m": 1, "B": 1 }""", "{}", "Size h=0 is out of range")]
    [TestCase("""{ "n": 2, "h": 1.5, "m": 1, "B": 1 }""", "{}", "the size h must be a whole number")]
    [TestCase("""{ "n": 2, "h": 1, "m": 1 }""", "{}", "\"shape\" lacks the key \"B\"")]
    [TestCase(Sizes, """{ "Wx": [[1, 2]] }""", "\"tensors\" lacks the key \"Wh\"")]
    [TestCase(Sizes, """{ "Wx": [[1], [2]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "T": [[1]] }""", "Wx must be 1×2 at n=2 h=1 m=1 B=1, a list of 1 rows of 2 numbers; it has 2 rows")]
    [TestCase(Sizes, """{ "Wx": [[1, 2]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2, 3]], "X2": [[1], [2]], "T": [[1]] }""", "X1 must be 2×1 at n=2 h=1 m=1 B=1, a list of 2 rows of 1 numbers; row 1 has 2 numbers")]
    [TestCase(Sizes, """{ "Wx": [[1, "NaN"]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "T": [[1]] }""", "Wx[0,1] is not a number: \"NaN\"")]
    [TestCase(Sizes, """{ "Wx": [[1, NaN]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "T": [[1]] }""", "is not valid JSON at line 1")]
    [TestCase(Sizes, """{ "Wx": [[1, 1e999]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "T": [[1]] }""", "Wx[0,1] is 1e999, which is not finite in float64")]
    [TestCase(Sizes, """{ "Wx": 7, "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "T": [[1]] }""", "it is not a list")]
    [TestCase(Sizes, """{ "Wx": [[1, 2]], "Wh": [[1]], "Wy": [[1]], "X1": [[1], [2]], "X2": [[1], [2]], "V": [[1]] }""", "the unknown key \"V\"; known are Wx, Wh, Wy, X1, X2, T")]
    public void A_case_file_with_wrong_contents_gets_one_sentence_and_exit_code_2(
        string shape, string tensors, string sentence) =>
        RequireBadInput(sentence, "check", "--case-file", Write(CaseJson(shape, tensors)));

    [Test]
    public void A_case_file_with_a_byte_order_mark_is_read()
    {
        var file = Write("\uFEFF" + CaseJson("""{ "n": 1, "h": 1, "m": 1, "B": 1 }""", """{ "Wx": [[1]], "Wh": [[2]], "Wy": [[3]], "X1": [[4]], "X2": [[5]], "T": [[6]] }"""));

        Assert.That(Run("check", "--case-file", file, "--derivation", Samples.Other).Code, Is.Zero);
    }

    [Test]
    public void A_link_given_to_json_stays_a_link_and_its_target_is_written()
    {
        var (target, link) = (Path.Combine(_folder, "target.json"), Path.Combine(_folder, "link.json"));
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, target);

        Run("check", "--cases", "1", "--json", link);

        Assert.That(File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName, Is.EqualTo(target));
        Assert.That(File.ReadAllText(target), Does.StartWith("{"));
    }

    [Test]
    public void Numbers_that_overflow_everywhere_are_nobodys_mistake()
    {
        var file = Write(CaseJson("""{ "n": 1, "h": 1, "m": 1, "B": 1 }""", """{ "Wx": [[1e200]], "Wh": [[1e200]], "Wy": [[1e200]], "X1": [[1]], "X2": [[1]], "T": [[1]] }"""));

        Assert.That(
            Run("check", "--case-file", file).Output,
            Does.Contain("overflow at H2 in both: the numbers are too large for float64"));
    }

    [Test]
    public void A_recurrence_of_hundreds_of_steps_that_overflows_is_said_in_a_few_lines_and_not_looked_into()
    {
        var inputs = string.Concat(Enumerable.Range(1, 200).Select(t => $"\"X{t}\": [[1]], "));
        var file = Write($$"""
            { "network": "elman", "loss": "squared-error", "shape": { "T": 200, "n": 1, "h": 1, "m": 1, "B": 1 },
              "tensors": { "Wx": [[1e-150]], "Wh": [[10]], "Wy": [[1e100]], {{inputs}}"T": [[0]] } }
            """);

        var (code, output, _) = Run("check", "--case-file", file);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.Split('\n').Skip(1), Is.EqualTo(new[]
        {
            "  Wx 1×1, Wh 1×1, X1 1×1 and 139 more not comparable: overflow at t=140 on the way back in both: the numbers are too large for float64",
            "  Wy 1×1 agrees (estimated)   X141 1×1 agrees (estimated)   X142 1×1 agrees (estimated)   and 58 more",
            $"  replay: gradoracle check --case-file \"{file}\"",
            "",
        }));
    }

    [Test]
    public void A_case_file_of_zeros_tests_nothing_and_is_inconclusive()
    {
        var file = Write(CaseJson("""{ "n": 1, "h": 1, "m": 1, "B": 1 }""", """{ "Wx": [[0]], "Wh": [[0]], "Wy": [[0]], "X1": [[0]], "X2": [[0]], "T": [[0]] }"""));

        var (code, output, _) = Run("check", "--case-file", file, "--derivation", "missing-x1-contribution");

        Assert.That(
            (code, output.Contains("all gradients are zero, so the case tests nothing", StringComparison.Ordinal)),
            Is.EqualTo((1, true)));
    }

    private static void RequireBadInput(string sentence, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(2));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.Contain(sentence));
            Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
        });
    }

    internal static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static string CaseJson(string shape, string tensors) =>
        $$"""{ "network": "shared-weight", "loss": "squared-error", "shape": {{shape}}, "tensors": {{tensors}} }""";

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "case.json");
        File.WriteAllText(path, text);
        return path;
    }
}
