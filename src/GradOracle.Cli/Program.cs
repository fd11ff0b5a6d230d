using GradOracle.Cli;

// Nothing that needs another assembly before the limits are known: to load one is the first thing that fails where they
// are tight.
return SystemLimits.Refusal() is { } sentence ? SystemLimits.Refuse(sentence) : Departure.With(Start.Run(args));
