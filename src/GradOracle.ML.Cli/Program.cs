using System.Text;
using GradOracle.Cli;
using GradOracle.ML.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return Departure.With(MLCommand.Run(args, Console.Out, Console.Error));
