using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PodConsole.Domain.Data.Migrations
{
    /// <inheritdoc />
    public partial class LeaseMoves : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "InsteadOf",
                table: "PortLeases",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "LastExternalPort",
                table: "PodPorts",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "InsteadOf",
                table: "PortLeases");

            migrationBuilder.DropColumn(
                name: "LastExternalPort",
                table: "PodPorts");
        }
    }
}
