using System.Text;
using GradOracle.Cli;
using MathNet.Numerics.Providers.LinearAlgebra;

WarmUp.Begin(args);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
LinearAlgebraControl.Provider = new SpanProducts(); // for this process; it is ours
return CommandLine.Run(args, Console.Out, Console.Error);
