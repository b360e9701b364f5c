using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> work without the console.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<ConsoleDbContext>
{
    public ConsoleDbContext CreateDbContext(string[] args) => new ServiceCollection()
        .AddSingleton(new DataPaths(Path.GetTempPath()))
        .AddDomain()
        .BuildServiceProvider()
        .GetRequiredService<IDbContextFactory<ConsoleDbContext>>()
        .CreateDbContext();
}
