using System.Text;
using GradOracle.ML.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return MLCommand.Run(args, Console.Out, Console.Error);
