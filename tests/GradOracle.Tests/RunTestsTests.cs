using System.Diagnostics;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>run-tests.sh and .ci/run over a <c>dotnet</c> that says what it is told to: they are never green over what
/// was not tested.</summary>
[Category("Quick")]
[Platform(Exclude = "Win", Reason = "the scripts are those of a Unix shell")]
public sealed class RunTestsTests
{
    private const string Passed = "Passed!  - Failed:     0, Passed:   496, Skipped:     2, Total:   498, Duration: 9 s - GradOracle.Tests.dll (net10.0)";
    private const string PassedInBrowser = "Passed!  - Failed:     0, Passed:    67, Skipped:     0, Total:    67, Duration: 9 s - GradOracle.BrowserTests.dll (net10.0)";
    private const string SkippedInBrowser = "Skipped! - Failed:     0, Passed:     0, Skipped:    67, Total:    67, Duration: 1 ms - GradOracle.BrowserTests.dll (net10.0)";

    private string _folder = "";

    [SetUp]
    public void CreateClone()
    {
        _folder = Directory.CreateTempSubdirectory("gradoracle-script-").FullName;
        foreach (var script in new[] { "run-tests.sh", "tests/browser.sh", ".ci/run" })
        {
            Write(script, File.ReadAllText(Path.Combine(Repository.Root, script)));
        }

        Write("tests/minimum.txt", "GradOracle.Tests 400\nGradOracle.BrowserTests 60\n");
        Write("tests/browsers.txt", "/nowhere/chromium\n");
        foreach (var project in new[] { "GradOracle.Tests", "GradOracle.BrowserTests" })
        {
            Write($"tests/{project}/{project}.csproj", "<IsTestProject>true</IsTestProject>");
        }

        Write("tests/GradOracle.Benchmarks/GradOracle.Benchmarks.csproj", "<OutputType>Exe</OutputType>");
        Write("tests/quick.slnf", """ "tests/GradOracle.Tests/GradOracle.Tests.csproj" """);
        Write("fixtures/regenerate.sh", "#!/bin/sh\nexec dotnet regenerate\n");
    }

    [TearDown]
    public void DeleteClone() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_passes_is_counted_over_all_projects_and_exits_with_0() =>
        RequireLast(0, "563 passed, 0 failed, 2 skipped", Tests(0, Passed, PassedInBrowser));

    [Test]
    public void Without_more_said_the_quick_suites_run_and_the_slow_ones_owe_nothing()
    {
        var result = Run("run-tests.sh", 0, [Passed]);

        RequireLast(0, "496 passed, 0 failed, 2 skipped", result);
        Assert.That(Asked, Is.EqualTo("test tests/quick.slnf --configuration Release\n"));
    }

    [Test]
    public void All_suites_run_where_all_are_asked_for()
    {
        Tests(0, Passed, PassedInBrowser);

        Assert.That(Asked, Is.EqualTo("test GradOracle.sln --configuration Release\n"));
    }

    [TestCase("-c")]
    [TestCase("--configuration")]
    public void Another_configuration_takes_the_place_of_the_optimised_one(string option)
    {
        Run("run-tests.sh", 0, [Passed], option, "Debug");

        Assert.That(Asked, Is.EqualTo($"test tests/quick.slnf {option} Debug\n"));
    }

    [Test]
    public void The_quick_suites_and_the_slow_ones_are_all_test_projects()
    {
        var quick = File.ReadAllText(Path.Combine(Repository.Root, "tests", "quick.slnf"));
        var slow = TestProjects().Where(p => !quick.Contains($"\"tests/{p}/{p}.csproj\"", StringComparison.Ordinal));

        Assert.That(
            slow,
            Is.EquivalentTo(new[] { "GradOracle.BrowserTests", "GradOracle.Consumers", "GradOracle.Faults", "GradOracle.Mistakes" }));
    }

    [Test]
    public void Line_ends_of_Windows_are_read_alike() =>
        RequireLast(0, "563 passed, 0 failed, 2 skipped", Tests(0, Passed + "\r", PassedInBrowser + "\r"));

    [Test]
    public void A_test_that_fails_is_counted_and_its_exit_code_is_handed_on() => RequireLast(
        7, "562 passed, 1 failed, 2 skipped",
        Tests(
            7,
            Passed,
            PassedInBrowser.Replace(
                "Failed:     0, Passed:    67", "Failed:     1, Passed:    66", StringComparison.Ordinal)));

    [Test]
    public void A_failure_fails_even_where_dotnet_exits_with_0() => RequireLast(
        1, "562 passed, 1 failed, 2 skipped",
        Tests(
            0,
            Passed,
            PassedInBrowser.Replace(
                "Failed:     0, Passed:    67", "Failed:     1, Passed:    66", StringComparison.Ordinal)));

    [Test]
    public void A_run_of_no_tests_fails() => RequireLast(
        1, "0 passed, 2 failed", Tests(0), "GradOracle.Tests ran no tests", "GradOracle.BrowserTests ran no tests");

    [Test]
    public void A_project_that_did_not_build_fails() => RequireLast(
        1, "67 passed, 1 failed", Tests(
            1, "error CS1002: ; expected", PassedInBrowser), "GradOracle.Tests ran no tests: it was not built");

    [Test]
    public void Fewer_tests_than_the_recorded_minimum_fail()
    {
        Write("tests/minimum.txt", "GradOracle.Tests 499\nGradOracle.BrowserTests 67\n");

        RequireLast(
            1,
            "563 passed, 1 failed, 2 skipped",
            Tests(0, Passed, PassedInBrowser),
            "GradOracle.Tests ran 498 tests, and has 499 or more");
    }

    [Test]
    public void A_test_project_without_a_recorded_minimum_owes_a_test()
    {
        Write("tests/GradOracle.New/GradOracle.New.csproj", "<IsTestProject>true</IsTestProject>");

        RequireLast(
            1, "563 passed, 1 failed, 2 skipped", Tests(0, Passed, PassedInBrowser), "GradOracle.New ran no tests");
    }

    [Test]
    public void Inconclusive_tests_fail() => RequireLast(
        1, "560 passed, 3 failed, 2 skipped",
        Tests(0, Passed.Replace("Passed:   496", "Passed:   493", StringComparison.Ordinal), PassedInBrowser),
        "GradOracle.Tests: 3 tests are inconclusive");

    [Test]
    public void Browser_tests_may_all_be_skipped_where_there_is_no_browser() =>
        RequireLast(0, "496 passed, 0 failed, 69 skipped", Tests(0, Passed, SkippedInBrowser));

    [Test]
    public void Browser_tests_that_are_all_skipped_beside_a_browser_fail()
    {
        Write("tests/browsers.txt", $"/nowhere/chromium\n{_folder}/run-tests.sh\n");

        RequireLast(
            1,
            "496 passed, 1 failed, 69 skipped",
            Tests(0, Passed, SkippedInBrowser),
            "GradOracle.BrowserTests skipped all its tests");
    }

    [Test]
    public void One_browser_test_that_is_skipped_beside_a_browser_fails()
    {
        Write("tests/browsers.txt", $"{_folder}/run-tests.sh\n");
        var one = PassedInBrowser.Replace(
            "Passed:    67, Skipped:     0", "Passed:    66, Skipped:     1", StringComparison.Ordinal);

        RequireLast(
            1, "562 passed, 1 failed, 3 skipped", Tests(0, Passed, one), $"there is a browser: {_folder}/run-tests.sh");
    }

    [Test]
    public void Any_other_project_that_skips_all_its_tests_fails() => RequireLast(
        1, "67 passed, 1 failed, 498 skipped",
        Tests(
            0,
            Passed.Replace("Passed:   496, Skipped:     2", "Passed:     0, Skipped:   498", StringComparison.Ordinal),
            PassedInBrowser),
        "GradOracle.Tests skipped all its tests");

    [Test]
    public void A_filter_that_matches_nothing_fails() => RequireLast(
        1, "0 passed, 1 failed", Run(
            "run-tests.sh",
            0,
            ["No test matches the given testcase filter"],
            "--filter",
            "Nothing"), "the filter matches no test");

    [Test]
    public void A_filter_that_matches_something_owes_no_minimum() =>
        RequireLast(0, "496 passed, 0 failed, 2 skipped", Run("run-tests.sh", 0, [Passed], "--filter", "Something"));

    [Test]
    public void A_run_that_broke_off_fails_though_no_test_did() => RequireLast(
        5, "563 passed, 1 failed, 2 skipped", Tests(
            5, Passed, PassedInBrowser, "The active test run was aborted."), "dotnet test ended with exit code 5");

    [Test]
    public void The_browser_that_the_environment_names_is_taken_before_those_of_the_list()
    {
        Write("tests/browsers.txt", $"/nowhere/chromium\n{_folder}/run-tests.sh\n{_folder}/.ci/run\n");

        Assert.That(Run("tests/browser.sh", 0, []).Output, Is.EqualTo($"{_folder}/run-tests.sh\n"));
        Assert.That(
            Run("tests/browser.sh", 0, [], environment: ("GRADORACLE_BROWSER", "/mine")).Output, Is.EqualTo("/mine\n"));
    }

    [Test]
    public void The_list_of_browsers_is_the_one_that_the_browser_tests_read() => Assert.That(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "GradOracle.BrowserTests", "Browser.cs")),
        Does.Contain("\"tests\", \"browsers.txt\"").And.Not.Contain("chromium\","));

    [Test]
    public void Every_test_project_of_the_solution_has_a_recorded_minimum_of_tests()
    {
        var recorded = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "minimum.txt")).ToDictionary(
            l => l.Split(' ')[0], l => int.Parse(l.Split(' ')[1], null));

        Assert.That(recorded.Keys, Is.EquivalentTo(TestProjects()));
        Assert.That(recorded["GradOracle.Tests"], Is.GreaterThanOrEqualTo(4000));
    }

    [Test]
    public void Continuous_integration_ends_with_the_summary_line_of_the_tests() =>
        RequireLast(0, "563 passed, 0 failed, 2 skipped", Ci(""), "== the format");

    [Test]
    public void Continuous_integration_stops_where_a_test_fails()
    {
        var result = Run(".ci/run", 1, [Passed]);

        RequireLast(1, "496 passed, 1 failed, 2 skipped", result);
        Assert.That(result.Output, Does.Not.Contain("== the main job"));
    }

    [TestCase("run --configuration Release --project src/GradOracle.Cli -- check", "the main job")]
    [TestCase("regenerate", "the fixtures")]
    [TestCase("run --configuration Release --project src/GradOracle.Cli -- fixtures", "the fixtures")]
    [TestCase("test tests/GradOracle.Tests --configuration Debug", "the quick tests, not optimised")]
    [TestCase("test tests/GradOracle.Tests -p:SnapshotEngine=Verify", "the approved gradients")]
    [TestCase("format", "the format")]
    public void A_later_step_that_fails_is_one_failure_more_in_the_summary_line(string failing, string step) =>
        RequireLast(1, "563 passed, 1 failed, 2 skipped", Ci(failing), $".ci/run: this step failed: {step}");

    [Test]
    public void A_package_that_is_not_served_leaves_its_engine_out_and_any_other_failure_of_a_restore_fails()
    {
        var notServed = Ci(
            "restore", "error NU1101: Unable to find package Verify.NUnit. No packages exist with this id");
        var broken = Ci("restore", "error NU1301: Unable to load the service index");
        var another = Ci(
            "restore",
            "error NU1101: Unable to find package Verify.NUnit.\nerror NU1101: Unable to find package NUnit.");

        RequireLast(0, "563 passed, 0 failed, 2 skipped", notServed, "Verify.NUnit is not served here");
        RequireLast(1, "563 passed, 1 failed, 2 skipped", broken, "NU1301");
        RequireLast(1, "563 passed, 1 failed, 2 skipped", another, "package NUnit.");
    }

    [Test]
    public void No_job_of_the_workflow_runs_without_end()
    {
        var workflow = File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", "ci.yml"));

        Assert.That(workflow.Split("timeout-minutes:"), Has.Length.EqualTo(workflow.Split("runs-on:").Length));
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string Asked => File.ReadAllText(Path.Combine(_folder, "asked"));

    private static IEnumerable<string> TestProjects() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Where(p => File.ReadAllText(p).Contains("<IsTestProject>true", StringComparison.Ordinal))
            .Select(p => Path.GetFileNameWithoutExtension(p));

    private (int Code, string Output) Tests(int code, params string[] lines) =>
        Run("run-tests.sh", code, lines, "--all");

    private (int Code, string Output) Ci(string failing, string says = "") =>
        Run(".ci/run", 0, [Passed, PassedInBrowser], environment: [("FAILING", failing), ("SAYS", says)]);

    private (int Code, string Output) Run(
        string script, int code, string[] lines, string? first =
            null, string? second = null, params (string Name, string Value)[] environment)
    {
        // "test" and a solution is the run of the tests; what begins as FAILING does fails with exit code 1, having
        // said what SAYS has.
        Write("said", string.Concat(lines.Select(l => $"{l}\n")));
        Write("bin/dotnet", $"""
            #!/bin/sh
            if [ "$1" = --version ]; then echo 10.0; exit 0; fi
            case "$1 $2" in "test GradOracle.sln" | "test tests/quick.slnf") echo "$*" >'{_folder}/asked'; cat '{_folder}/said'; exit {code} ;; esac
            case "$*" in "${"{"}FAILING:-nothing{"}"}"*) printf '%s\n' "$SAYS"; exit 1 ;; esac

            """);
        var start = new ProcessStartInfo(
            "bash",
            [Path.Combine(_folder, script), .. new[] { first, second }.OfType<string>()])
        {
            RedirectStandardOutput =
                true,
            RedirectStandardError = true
        };
        start.Environment["PATH"] = $"{_folder}/bin:{start.Environment["PATH"]}";
        start.Environment["GRADORACLE_BROWSER"] = script == ".ci/run" ? "/mine" : ""; // none is installed for a test
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var (exit, output, error) = Process.Start(start)!.End().GetAwaiter().GetResult();
        return (exit, output + error);
    }

    private static void RequireLast(
        int code, string summary, (int Code, string Output) result, params string[] sentences)
    {
        Assert.That(result.Output.TrimEnd('\n').Split('\n')[^1], Is.EqualTo(summary), result.Output);
        Assert.That(result.Code, Is.EqualTo(code), result.Output);
        foreach (var sentence in sentences)
        {
            Assert.That(result.Output, Does.Contain(sentence));
        }
    }
}
