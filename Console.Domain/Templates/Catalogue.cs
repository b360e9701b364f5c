using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Templates;

/// <summary>The templates that every console starts with. Those named after a program need that program on the machine.</summary>
public static class Catalogue
{
    /// <summary>The template that needs nothing but the console.</summary>
    public const string DemoId = "pod-console-demo";

    /// <summary>Writes the catalogue into the database: seeded templates are the same everywhere, so they are replaced.</summary>
    public static async Task SeedAsync(ConsoleDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        foreach (var wanted in All)
        {
            var saved = await db.Templates.FirstOrDefaultAsync(template => template.Id == wanted.Id, cancellationToken);
            if (saved is null)
            {
                wanted.CreatedAt = now;
                db.Templates.Add(wanted);
                continue;
            }

            (saved.Name, saved.Image, saved.Command) = (wanted.Name, wanted.Image, wanted.Command);
            (saved.ContainerDiskGb, saved.VolumeDiskGb, saved.VolumeMountPath) =
                (wanted.ContainerDiskGb, wanted.VolumeDiskGb, wanted.VolumeMountPath);
            (saved.Environment, saved.Ports, saved.Readme, saved.IsPublic) = (wanted.Environment, wanted.Ports, wanted.Readme, true);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    private static IEnumerable<Template> All =>
    [
        new()
        {
            Id = DemoId,
            Name = "Pod Console demo",
            Image = "demo",
            ContainerDiskGb = 5,
            VolumeDiskGb = 10,
            VolumeMountPath = "/workspace",
            Ports = [new(PortProtocol.Http, 4000, "Demo page"), new(PortProtocol.Tcp, 70000, "TCP echo")],
            IsPublic = true,
            Version = 1,
            Readme = """
                # Pod Console demo

                A small service that ships with the console and needs nothing else.

                | address | what it does |
                |---|---|
                | `/` | lists the pod's environment variables |
                | `/ws` | WebSocket echo |
                | `/events` | one server-sent event a second |
                | `/slow?seconds=5` | answers after that many seconds |
                | `/upload`, `/download?bytes=1000000` | counts what it gets, sends what you ask for |

                On TCP port **70000** (symmetrical) it echoes every byte: `nc <public ip> <external port>`.
                """,
        },
        new()
        {
            Id = "python-http-server",
            Name = "Python file server",
            Image = "python3",
            Command = "-m http.server 8000",
            ContainerDiskGb = 5,
            Ports = [new(PortProtocol.Http, 8000, "Files")],
            IsPublic = true,
            Version = 1,
            Readme = """
                # Python file server

                Serves the files of the container disk on port **8000**. Needs `python3` on the machine.
                """,
        },
        new()
        {
            Id = "jupyter-lab",
            Name = "Jupyter Lab",
            Image = "jupyter",
            Command = "lab --ip=0.0.0.0 --port=8888 --no-browser --allow-root --ServerApp.allow_remote_access=True",
            ContainerDiskGb = 10,
            VolumeDiskGb = 10,
            VolumeMountPath = "/workspace",
            Ports = [new(PortProtocol.Http, 8888, "Jupyter Lab")],
            IsPublic = true,
            Version = 1,
            Readme = """
                # Jupyter Lab

                Notebooks on port **8888**. Needs `jupyter` on the machine (`pip install jupyterlab`). The address is public:
                open it with the token that the pod's log shows.
                """,
        },
    ];
}
