using System.Security.Cryptography;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>psql, to a PostgreSQL in a pod.</summary>
public sealed class PostgresTests
{
    private const int Rows = 50_000;
    private const string Password = "correct horse";

    // PostgreSQL refuses to run as root.
    private const string Script = """
        cd "$DATA"
        as=
        [ "$(id -u)" != 0 ] || as="setpriv --reuid=$(id -u "$ACCOUNT") --regid=$(id -g "$ACCOUNT") --clear-groups"
        $as "$PROGRAMS/initdb" -D cluster -U pod --auth=scram-sha-256 --pwfile=password --no-sync
        echo 'host all all 127.0.0.0/8 scram-sha-256' >> cluster/pg_hba.conf
        exec $as "$PROGRAMS/postgres" -D cluster -c listen_addresses="$POD_IP" -c port=5432 -c unix_socket_directories= -c fsync=off
        """;

    [Fact]
    public async Task Psql_CopyInAndOut_RowsArriveWholeAlsoDuringEdits()
    {
        var programs = Path.GetDirectoryName(RealProgram.Require("initdb", "postgresql", Installations()))!;
        RealProgram.Require("psql", "postgresql");
        using var data = await NewDataAsync();
        await using var pod = await ServicePod.StartAsync(
            5432, CommandLine.Join(["-ec", Script]), new Dictionary<string, string> { ["DATA"] = data.Path, ["PROGRAMS"] = programs, ["ACCOUNT"] = Account });
        using var directory = new TempDirectory();
        var (sent, received) = (directory.File("sent"), directory.File("received"));
        await File.WriteAllLinesAsync(
            sent, Enumerable.Range(0, Rows).Select(number => $"{number}\t{RandomNumberGenerator.GetHexString(100)}"), TestContext.Current.CancellationToken);
        await PsqlAsync("CREATE TABLE item (id int PRIMARY KEY, body text)");

        await pod.TransferAsync(async () =>
        {
            await PsqlAsync($"\\copy item FROM {sent}");
            await PsqlAsync($"\\copy (SELECT * FROM item ORDER BY id) TO {received}");
            Assert.Equal($"{Rows}\n", await PsqlAsync("WITH gone AS (DELETE FROM item RETURNING 1) SELECT count(*) FROM gone"));
            await ServicePod.AssertSameAsync(sent, received);
        });

        Task<string> PsqlAsync(string command) => RealProgram.OutputOfAsync(
            "psql", ["-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", command, $"host={pod.Address.Address} port={pod.Address.Port} user=pod dbname=postgres"],
            null, ("PGPASSWORD", Password));
    }

    // The account that the package made, if it did.
    private static string Account { get; } =
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    // Debian keeps each version's programs in a folder of its own.
    private static IEnumerable<string> Installations() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
        : [];

    private static async Task<TempDirectory> NewDataAsync()
    {
        var data = new TempDirectory();
        await File.WriteAllTextAsync(data.File("password"), Password, TestContext.Current.CancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            await RealProgram.OutputOfAsync("chown", ["-R", Account, data.Path]);
        }

        return data;
    }
}
