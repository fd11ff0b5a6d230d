using System.Runtime.ExceptionServices;

namespace GradOracle;

/// <summary>Work that is done beside each other.</summary>
internal static class Workers
{
    /// <summary>Runs pieces of work, so many at once.</summary>
    /// <remarks>Several may fail alike: one of their errors says it all.</remarks>
    public static void Run(int count, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) }, work);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
        }
    }
}
