using System.Globalization;
using PodConsole.Bench;

// bench edit 10 1000 10000
if (args is ["edit", .. { Length: > 0 } sizes])
{
    await EditCost.RunAsync([.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
    return 0;
}

System.Console.Error.WriteLine("usage: bench edit PODS...");
return 2;
