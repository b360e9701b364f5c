using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class VisitorDirectoryTests
{
    [Fact]
    public async Task SignOut_WhileTheAccountIsBeingRead_IsNotForgotten()
    {
        var pause = new PausedRead();
        await using var domain = await TestDomain.CreateAsync(services: services =>
            services.ConfigureDbContext<ConsoleDbContext>(options => options.AddInterceptors(pause)));
        var visitors = domain.Get<VisitorDirectory>();
        var reading = visitors.FindAsync(TestDomain.Owner.UserId).AsTask();
        await pause.Reached.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        await visitors.SignOutAsync(TestDomain.Owner.UserId);
        pause.GoOn.SetResult();

        Assert.Null((await reading)!.SignedOutAt);
        Assert.NotNull((await visitors.FindAsync(TestDomain.Owner.UserId))!.SignedOutAt);
    }

    // Holds the first read of an account when the database has answered it.
    private sealed class PausedRead : DbCommandInterceptor
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("SecurityStamp", StringComparison.Ordinal) && Reached.TrySetResult())
            {
                await GoOn.Task;
            }

            return result;
        }
    }
}
